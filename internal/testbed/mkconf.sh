#!/usr/bin/env bash
# mkconf.sh ROOT DIR: write a private Asterisk of the files in ROOT (get-asterisk.sh) into DIR: its
# configuration, state and logs, and DIR/ast, which runs it (`ast -f`) and asks it (`ast -rx COMMAND`).
#
# All is on loopback. P (default 15) begins every port: SIP udp and tcp P060, tls P061, ws P066,
# AMI P038 (user monitor, secret monitor), HTTP P088. NAG (default 5) is the number of agents.
# Extensions 101… have the password "secret"; 103 speaks SDES, 104 DTLS. 600 is the queue support
# (101, 102), 601 sales (103, 104), 602 load (105…), 700 echo, 701 a tone of 1004 Hz, 702 music, *5EXT
# listens, *6EXT whispers, *7EXT joins, *97 is voice mail, 9 calls a customer. What comes from
# 127.0.0.2 is the carrier: customers call from there without a password, and are reached at P070.
set -euo pipefail

root=$(realpath "$1")
dir=$(realpath -m "$2")
etc=$dir/etc
port=${P:-15}
agents=${NAG:-5}
last=$((100 + agents))
modules=$(dirname "$(find "$root/usr/lib" -name chan_pjsip.so -print -quit)")
mkdir -p "$etc" "$dir"/{lib,spool/voicemail,log/cdr-csv,log/cel-custom,run,keys,agi}

[ -e "$dir/keys/ast.pem" ] || openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=localhost \
  -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
  -keyout "$dir/keys/ast.key" -out "$dir/keys/ast.pem" 2>/dev/null

conf() { # NAME: standard input becomes the file NAME.conf
  cat >"$etc/$1.conf"
}

conf asterisk <<X
[directories]
astetcdir => $etc
astmoddir => $modules
astvarlibdir => $dir/lib
astdbdir => $dir/lib
astkeydir => $dir/lib
astdatadir => $root/usr/share/asterisk
astagidir => $dir/agi
astspooldir => $dir/spool
astrundir => $dir/run
astlogdir => $dir/log
astsbindir => $root/usr/sbin
[options]
verbose = 3
nocolor = yes
documentation_language = en_US
X

# Only what the tests use, in the order in which it must be loaded; what this build lacks is left out.
wanted="
  res_timing_timerfd res_sorcery_config res_sorcery_memory res_sorcery_astdb res_sorcery_realtime
  res_pjproject res_speech res_http_websocket res_curl func_callerid res_rtp_asterisk res_srtp res_crypto
  res_musiconhold res_mutestream res_monitor res_mwi_devstate res_mwi_blf res_stasis res_stasis_answer
  res_stasis_device_state res_stasis_playback res_stasis_recording res_stasis_snoop res_stasis_mailbox
  res_ari res_ari_model res_ari_applications res_ari_asterisk res_ari_bridges res_ari_channels
  res_ari_device_states res_ari_endpoints res_ari_events res_ari_playbacks res_ari_recordings res_ari_sounds
  res_ari_mailboxes res_pjsip res_pjsip_session res_pjsip_acl res_pjsip_authenticator_digest
  res_pjsip_outbound_authenticator_digest res_pjsip_caller_id res_pjsip_dialog_info_body_generator
  res_pjsip_diversion res_pjsip_dlg_options res_pjsip_dtmf_info res_pjsip_endpoint_identifier_ip
  res_pjsip_endpoint_identifier_user res_pjsip_exten_state res_pjsip_header_funcs res_pjsip_logger
  res_pjsip_messaging res_pjsip_mwi res_pjsip_mwi_body_generator res_pjsip_nat res_pjsip_notify
  res_pjsip_one_touch_record_info res_pjsip_outbound_publish res_pjsip_outbound_registration res_pjsip_path
  res_pjsip_pidf_body_generator res_pjsip_pubsub res_pjsip_refer res_pjsip_registrar res_pjsip_rfc3326
  res_pjsip_rfc3329 res_pjsip_sdp_rtp res_pjsip_send_to_voicemail res_pjsip_transport_websocket
  res_pjsip_xpidf_body_generator res_pjsip_endpoint_identifier_anonymous chan_pjsip chan_local
  bridge_builtin_features bridge_builtin_interval_features bridge_holding bridge_native_rtp bridge_simple
  bridge_softmix chan_bridge_media pbx_config app_dial app_queue app_chanspy app_echo app_milliwatt
  app_playback app_playtones app_read app_record app_senddtmf app_stack app_transfer app_verbose
  app_voicemail app_waitforsilence app_mixmonitor app_directed_pickup app_confbridge app_stasis app_exec
  app_userevent app_originate app_softhangup app_cdr app_channelredirect app_sendtext app_bridgewait
  codec_alaw codec_ulaw codec_a_mu codec_g722 codec_gsm codec_resample codec_opus_open_source codec_g726
  codec_speex format_gsm format_pcm format_wav format_wav_gsm format_sln format_g722 res_format_attr_opus
  res_format_attr_ilbc res_format_attr_g729 res_format_attr_h264 func_cdr func_channel func_curl func_cut
  func_db func_devstate func_dialplan func_env func_global func_groupcount func_hangupcause
  func_holdintercept func_jitterbuffer func_lock func_logic func_math func_periodic_hook func_pjsip_aor
  func_pjsip_contact func_pjsip_endpoint func_presencestate func_rand func_shell func_sprintf func_strings
  func_timeout func_uri func_volume func_talkdetect cdr_csv cel_manager res_clioriginate
  res_manager_devicestate res_manager_presencestate res_parking res_agi res_http_media_cache res_audiosocket
  chan_audiosocket app_audiosocket res_websocket_client chan_websocket
"
{
  printf '[modules]\nautoload=no\n'
  for module in $wanted; do
    if [ -e "$modules/$module.so" ]; then echo "load=$module.so"; fi
  done
} | conf modules

# Read at the start even when empty.
for name in cel_manager acl udptl geolocation pjproject pjsip_wizard ccss sorcery stasis res_parking \
  confbridge pjsip_notify queuerules rtp_ice cli dnsmgr codecs indications cel; do
  conf $name </dev/null
done

conf logger <<'X'
[general]
queue_log=yes
[logfiles]
full => notice,warning,error,verbose
console => notice,warning,error
X

conf manager <<X
[general]
enabled=yes
webenabled=yes
port=${port}038
bindaddr=127.0.0.1
[monitor]
secret=monitor
deny=0.0.0.0/0.0.0.0
permit=127.0.0.1/255.255.255.255
read=all
write=all
writetimeout=5000
X

conf http <<X
[general]
enabled=yes
bindaddr=127.0.0.1
bindport=${port}088
X

conf ari <<'X'
[general]
enabled=yes
[monitor]
type=user
password=monitor
password_format=plain
X

conf rtp <<'X'
[general]
rtpstart=20000
rtpend=22999
icesupport=no
strictrtp=yes
X

{
  cat <<X
[global]
type=global
user_agent=testbed
endpoint_identifier_order=auth_username,username,ip,anonymous
[t-udp]
type=transport
protocol=udp
bind=127.0.0.1:${port}060
[t-tcp]
type=transport
protocol=tcp
bind=127.0.0.1:${port}060
[t-tls]
type=transport
protocol=tls
bind=127.0.0.1:${port}061
cert_file=$dir/keys/ast.pem
priv_key_file=$dir/keys/ast.key
method=tlsv1_2
[t-ws]
type=transport
protocol=ws
bind=127.0.0.1:${port}066
[agent](!)
type=endpoint
context=agents
disallow=all
allow=opus,g722,alaw,ulaw
direct_media=no
rtp_symmetric=yes
force_rport=yes
rewrite_contact=yes
dtmf_mode=rfc4733
allow_transfer=yes
allow_subscribe=yes
trust_id_inbound=yes
send_pai=yes
rtcp_mux=no
timers=yes
timers_min_se=90
timers_sess_expires=180
media_encryption_optimistic=no
[auth](!)
type=auth
auth_type=userpass
password=secret
[aor](!)
type=aor
max_contacts=1
remove_existing=yes
qualify_frequency=0
default_expiration=120
minimum_expiration=10
; ---- trunk: anything from 127.0.0.2 is the carrier (customers)
[trunk]
type=endpoint
context=inbound
disallow=all
allow=alaw,ulaw,g722
direct_media=no
aors=trunk
[trunk]
type=aor
contact=sip:127.0.0.2:${port}070
[trunk]
type=identify
endpoint=trunk
match=127.0.0.2
; ---- a customer that authenticates
[customer](agent)
context=inbound
auth=customer
aors=customer
[customer](auth)
username=customer
[customer](aor)
X
  for ext in $(seq 101 "$last"); do
    case $ext in
      103) secure=$'media_encryption=sdes\n' ;;
      104) secure=$'media_encryption=dtls\ndtls_auto_generate_cert=yes\ndtls_setup=actpass\nrtcp_mux=yes\n' ;;
      *) secure='' ;;
    esac
    cat <<X
[$ext](agent)
auth=$ext
aors=$ext
callerid="Agent $ext" <$ext>
${secure}[$ext](auth)
username=$ext
[$ext](aor)
mailboxes=$ext@default
X
  done
} | conf pjsip

conf musiconhold <<X
[default]
mode=files
directory=$root/usr/share/asterisk/moh
X

{
  cat <<'X'
[general]
persistentmembers=yes
autofill=yes
shared_lastcall=yes
log_membername_as_agent=yes
[q](!)
musicclass=default
timeout=15
retry=1
wrapuptime=2
ringinuse=no
announce-frequency=20
announce-holdtime=no
announce-position=yes
joinempty=yes
leavewhenempty=no
memberdelay=0
servicelevel=20
setinterfacevar=yes
setqueuevar=yes
setqueueentryvar=yes
weight=0
[support](q)
strategy=leastrecent
member => PJSIP/101,0,Agent 101,PJSIP/101
member => PJSIP/102,1,Agent 102,PJSIP/102
[sales](q)
strategy=ringall
member => PJSIP/103,0,Agent 103,PJSIP/103
member => PJSIP/104,0,Agent 104,PJSIP/104
[load](q)
strategy=rrmemory
announce-frequency=0
announce-position=no
wrapuptime=0
X
  for ext in $(seq 105 "$last"); do echo "member => PJSIP/$ext,0,Agent $ext,PJSIP/$ext"; done
} | conf queues

conf features <<'X'
[general]
[featuremap]
blindxfer => #1
atxfer => *2
disconnect => *0
X

{
  printf '[general]\nformat=wav49|wav\n[default]\n'
  for ext in 101 102 103 104; do echo "$ext => 1234,Agent $ext"; done
} | conf voicemail

# ${…} in here is Asterisk's, so the port comes in by name.
sed "s/TPORT/${port}070/" <<'X' | conf extensions
[general]
static=yes
writeprotect=yes
[globals]
TRUNKPORT=TPORT
[inbound]
exten => 600,1,NoOp(support)
 same => n,Answer()
 same => n,Set(CHANNEL(language)=en)
 same => n,Queue(support,tThHkK,,,120)
 same => n,Hangup()
exten => 601,1,Answer()
 same => n,Queue(sales,t,,,120)
 same => n,Hangup()
exten => 602,1,Answer()
 same => n,Queue(load,t,,,300)
 same => n,Hangup()
exten => _1XX,1,Goto(agents,${EXTEN},1)
exten => 700,1,Goto(agents,700,1)
[agents]
include => inbound-q
exten => _1XX,1,Dial(PJSIP/${EXTEN},30,tTkK)
 same => n,GotoIf($["${DIALSTATUS}"="BUSY"]?vm)
 same => n,Hangup()
 same => n(vm),VoiceMail(${EXTEN}@default,u)
 same => n,Hangup()
exten => _1XX,hint,PJSIP/${EXTEN}
exten => 600,hint,Queue:support
exten => 601,hint,Queue:sales
exten => 700,1,Answer()
 same => n,Echo()
exten => 701,1,Answer()
 same => n,Milliwatt()
exten => 702,1,Answer()
 same => n,MusicOnHold()
exten => _*51XX,1,Answer()
 same => n,ChanSpy(PJSIP/${EXTEN:2},q)
exten => _*61XX,1,Answer()
 same => n,ChanSpy(PJSIP/${EXTEN:2},qw)
exten => _*71XX,1,Answer()
 same => n,ChanSpy(PJSIP/${EXTEN:2},qB)
exten => *97,1,VoiceMailMain(${CALLERID(num)}@default)
exten => _*81XX,1,VoiceMail(${EXTEN:2}@default,us)
exten => 9,1,Dial(PJSIP/trunk/sip:cust@127.0.0.2:${TRUNKPORT})
[inbound-q]
exten => 600,1,Goto(inbound,600,1)
exten => 601,1,Goto(inbound,601,1)
X

printf '[general]\nenable=yes\n' | conf cdr

cat >"$dir/ast" <<X
#!/bin/sh
# ast -f runs it in the foreground; ast -rx COMMAND talks to it.
exec "$root/lib64/ld-linux-x86-64.so.2" --library-path "$root/usr/lib/x86_64-linux-gnu:$root/usr/lib" \\
  --argv0 asterisk "$root/usr/sbin/asterisk" -C "$etc/asterisk.conf" "\$@"
X
chmod +x "$dir/ast"
