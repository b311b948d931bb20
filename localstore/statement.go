package localstore

import (
	"context"
	"database/sql"
	"errors"
)

// prepared gives the statement for a query of the readers, prepared when it is first asked for. Queries are fixed
// texts of this package, some dozens of them; Close closes the statements.
func (s *Store) prepared(ctx context.Context, query string) (statement, error) {
	s.asked.Lock()
	defer s.asked.Unlock()
	if st, ok := s.stmts[query]; ok {
		return st, nil
	}
	st, err := s.read.PrepareContext(ctx, query)
	if err != nil {
		return statement{}, err
	}
	if s.stmts == nil {
		s.stmts = map[string]statement{}
	}
	s.stmts[query] = statement{st}
	return statement{st}, nil
}

func (s *Store) rows(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s.read.trace(query, args)
	st, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

func (s *Store) one(ctx context.Context, query string, args ...any) scanner {
	s.read.trace(query, args)
	st, err := s.prepared(ctx, query)
	if err != nil {
		return failed{err}
	}
	return st.QueryRowContext(ctx, args...)
}

// each calls f for every row. f must not ask the store: it might wait for a reader that it holds itself.
func (s *Store) each(ctx context.Context, query string, f func(scanner) error, args ...any) error {
	rows, err := s.rows(ctx, query, args...)
	read := 0
	err = eachRow(rows, err, func(r scanner) error {
		read++
		return f(r)
	})
	if errors.Is(err, errEnough) {
		s.cfg.Measure.enough(read)
	}
	return err
}
