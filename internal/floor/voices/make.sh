#!/bin/sh
# Makes every sound of the simulated floor: speech with espeak-ng, the tune with sox. Needs espeak-ng
# (1.51 was used) and sox (14.4.2). Run it in this directory; it overwrites *.wav. All files are
# A-law, 8 kHz, mono, so that a minute costs 480 kB.
set -eu
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
rm -f ./*.wav

# say NAME VOICE SPEED TEXT. cmn-latn-pinyin is the voice that reads Chinese characters as Mandarin;
# plain cmn spells them as English letters. The tail is cut, the level is made the same for all.
say() {
	espeak-ng -v "$2" -s "$3" -w "$tmp/raw.wav" "$4"
	sox -R "$tmp/raw.wav" -e a-law -b 8 -r 8000 -c 1 "$1.wav" \
		highpass 200 norm -6 silence 1 0.02 0.5% reverse silence 1 0.02 0.5% reverse
}
zhf=cmn-latn-pinyin+f2 zhm=cmn-latn-pinyin+m3
enf=en-gb+f3 enm=en-us+m3

# What callers want: -1 is the matter, -2 is what they add when they are asked.
say zh-refund-1 $zhf 190 "你好,我上个星期退的货,退款三天了还没到账。上次打电话说二十四小时,到现在也没有人理我。"
say zh-refund-2 $zhf 190 "订单是十二号下的,一共三百六十八块。你们到底什么时候能退给我?"
say zh-bill-1 $zhm 190 "喂,你好,我想查一下这个月的电费账单,好像比上个月多了很多。"
say zh-bill-2 $zhm 190 "户名就是我本人,手机号就是我现在打的这个号码。"
say zh-fault-1 $zhf 190 "你好,我家的宽带从昨天晚上开始就上不了网,路由器上的红灯一直亮着。"
say zh-fault-2 $zhf 190 "我已经重启过两次了,还是不行。今天能派人来修吗?"
say zh-install-1 $zhm 190 "你好,我刚搬了新家,想办一条宽带,请问多久能来安装?"
say zh-install-2 $zhm 190 "地址在城东,十六号楼。周末上门方便吗?"
say zh-product-1 $zhf 190 "你好,我看到你们的新套餐,想了解一下价格和优惠。"
say zh-product-2 $zhf 190 "我现在用的是老套餐,换过来要不要另外收费?"
say en-refund-1 $enf 165 "Hello, I sent my order back last week, and the refund still has not arrived. Last time I was told it takes a day."
say en-refund-2 $enf 165 "It was ordered on the twelfth, three hundred and sixty eight in all. When will I get it back?"
say en-bill-1 $enm 165 "Hi, I would like to check my bill for this month. It seems much higher than the last one."
say en-bill-2 $enm 165 "The account is in my own name, and it is the number I am calling from."
say en-fault-1 $enf 165 "Hello, my internet has been down since last night. The red light on the router is on all the time."
say en-fault-2 $enf 165 "I have restarted it twice already. Can somebody come today?"
say en-install-1 $enm 165 "Hello, I have just moved, and I would like a broadband line. How long does it take?"
say en-install-2 $enm 165 "It is building sixteen, in the east of the city. Is the weekend possible?"
say en-product-1 $enf 165 "Hello, I saw your new plan. Could you tell me the price and the discounts?"
say en-product-2 $enf 165 "I am on the old plan. Does it cost anything to change?"

# What anybody says, in both voices of both languages.
for who in f m; do
	eval "zh=\$zh$who en=\$en$who"
	say "zh-$who-hello" "$zh" 190 "喂,你好,请问是哪位?"
	say "zh-$who-yes" "$zh" 190 "嗯,对的。"
	say "zh-$who-ok" "$zh" 190 "好的,谢谢你。"
	say "zh-$who-there" "$zh" 190 "喂?听得到吗?"
	say "zh-$who-bye" "$zh" 190 "好的,那就这样,再见。"
	say "en-$who-hello" "$en" 165 "Hello, who is calling, please?"
	say "en-$who-yes" "$en" 165 "Yes, that is right."
	say "en-$who-ok" "$en" 165 "All right, thank you."
	say "en-$who-there" "$en" 165 "Hello? Are you there?"
	say "en-$who-bye" "$en" 165 "All right then, goodbye."
done

# What the switchboard says to those who wait.
say zh-wait $zhf 180 "您好,欢迎致电。坐席正忙,请稍候,我们会尽快为您接听。"
say en-wait $enf 160 "Welcome. All our agents are busy. Please hold the line."

# The tune: sixteen plucked notes of a pentatonic melody of our own over a soft bass, 9.6 s, made to
# be repeated.
i=0
list=
for n in G4 A4 C5 D5 E5 D5 C5 A4 G4 E4 G4 A4 C5 A4 G4 E4; do
	sox -n -r 8000 -c 1 "$tmp/n$i.wav" synth 0.6 pluck $n fade t 0.005 0.6 0.15
	list="$list $tmp/n$i.wav"
	i=$((i + 1))
done
# shellcheck disable=SC2086 # a list of names without spaces
sox -R $list "$tmp/melody.wav"
i=0
list=
for n in C3 A2 E3 C3; do
	sox -n -r 8000 -c 1 "$tmp/b$i.wav" synth 2.4 triangle $n fade t 0.05 2.4 0.4
	list="$list $tmp/b$i.wav"
	i=$((i + 1))
done
# shellcheck disable=SC2086
sox -R $list "$tmp/bass.wav"
sox -R -m -v 0.8 "$tmp/melody.wav" -v 0.25 "$tmp/bass.wav" -e a-law -b 8 music.wav norm -9
