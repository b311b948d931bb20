package words

// Why there is no desk to work at, by the code of present.StopState: what happened, what is safe, what to do.
const (
	StoppedDiskFullTitle    Key = "stop.disk_full.title"
	StoppedDiskFullHappened Key = "stop.disk_full.happened"
	StoppedDiskFullSafe     Key = "stop.disk_full.safe"
	StoppedDiskFullDo       Key = "stop.disk_full.do"

	StoppedKeyringTitle    Key = "stop.keyring.title"
	StoppedKeyringHappened Key = "stop.keyring.happened"
	StoppedKeyringSafe     Key = "stop.keyring.safe"
	StoppedKeyringDo       Key = "stop.keyring.do"

	StoppedNewerTitle    Key = "stop.newer.title"
	StoppedNewerHappened Key = "stop.newer.happened"
	StoppedNewerSafe     Key = "stop.newer.safe"
	StoppedNewerDo       Key = "stop.newer.do"

	StoppedNoKeyTitle    Key = "stop.no_key.title"
	StoppedNoKeyHappened Key = "stop.no_key.happened"
	StoppedNoKeySafe     Key = "stop.no_key.safe"
	StoppedNoKeyDo       Key = "stop.no_key.do"

	StoppedNoSealedTitle    Key = "stop.no_sealed.title"
	StoppedNoSealedHappened Key = "stop.no_sealed.happened"
	StoppedNoSealedSafe     Key = "stop.no_sealed.safe"
	StoppedNoSealedDo       Key = "stop.no_sealed.do"

	StoppedOtherUserTitle    Key = "stop.other_user.title"
	StoppedOtherUserHappened Key = "stop.other_user.happened"
	StoppedOtherUserSafe     Key = "stop.other_user.safe"
	StoppedOtherUserDo       Key = "stop.other_user.do"

	StoppedStoreTitle    Key = "stop.store.title"
	StoppedStoreHappened Key = "stop.store.happened"
	StoppedStoreSafe     Key = "stop.store.safe"
	StoppedStoreDo       Key = "stop.store.do"

	StoppedWipedTitle    Key = "stop.wiped.title"
	StoppedWipedHappened Key = "stop.wiped.happened"
	StoppedWipedSafe     Key = "stop.wiped.safe"
	StoppedWipedDo       Key = "stop.wiped.do"

	StoppedWrongKeyTitle    Key = "stop.wrong_key.title"
	StoppedWrongKeyHappened Key = "stop.wrong_key.happened"
	StoppedWrongKeySafe     Key = "stop.wrong_key.safe"
	StoppedWrongKeyDo       Key = "stop.wrong_key.do"
)
