// Emoji names as Slack writes them between colons, and the characters they stand for.

const TABLE = `
grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 sweat_smile 😅 joy 😂 rolling_on_the_floor_laughing 🤣 slightly_smiling_face 🙂 upside_down_face 🙃
wink 😉 blush 😊 innocent 😇 heart_eyes 😍 star-struck 🤩 kissing_heart 😘 yum 😋 stuck_out_tongue 😛 hugging_face 🤗 thinking_face 🤔 shushing_face 🤫
zipper_mouth_face 🤐 neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒 face_with_rolling_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔
sleepy 😪 sleeping 😴 mask 😷 dizzy_face 😵 exploding_head 🤯 partying_face 🥳 sunglasses 😎 nerd_face 🤓 face_with_monocle 🧐 confused 😕 worried 😟
slightly_frowning_face 🙁 open_mouth 😮 astonished 😲 flushed 😳 pleading_face 🥺 fearful 😨 cold_sweat 😰 cry 😢 sob 😭 scream 😱 persevere 😣 disappointed 😞
sweat 😓 weary 😩 tired_face 😫 yawning_face 🥱 triumph 😤 rage 😡 angry 😠 skull 💀 clown_face 🤡 ghost 👻 alien 👽 robot_face 🤖 see_no_evil 🙈 hear_no_evil 🙉
speak_no_evil 🙊 wave 👋 raised_hand ✋ ok_hand 👌 pinched_fingers 🤌 v ✌️ crossed_fingers 🤞 point_left 👈 point_right 👉 point_up_2 👆 point_down 👇 point_up ☝️
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 fist ✊ facepunch 👊 clap 👏 raised_hands 🙌 open_hands 👐 handshake 🤝 pray 🙏 writing_hand ✍️ muscle 💪 eyes 👀 eye 👁️
brain 🧠 bust_in_silhouette 👤 busts_in_silhouette 👥 speaking_head_in_silhouette 🗣️ baby 👶 man 👨 woman 👩 technologist 🧑‍💻 detective 🕵️ guardsman 💂 construction_worker 👷
cat 🐱 dog 🐶 mouse 🐭 rabbit 🐰 fox_face 🦊 bear 🐻 panda_face 🐼 tiger 🐯 lion_face 🦁 cow 🐮 pig 🐷 frog 🐸 monkey_face 🐵 chicken 🐔 penguin 🐧 bird 🐦 owl 🦉
bee 🐝 bug 🐛 snail 🐌 turtle 🐢 snake 🐍 octopus 🐙 whale 🐳 fish 🐟 dolphin 🐬 unicorn_face 🦄 cactus 🌵 seedling 🌱 evergreen_tree 🌲 deciduous_tree 🌳 herb 🌿
four_leaf_clover 🍀 maple_leaf 🍁 fallen_leaf 🍂 rose 🌹 tulip 🌷 sunflower 🌻 cherry_blossom 🌸 earth_africa 🌍 earth_americas 🌎 full_moon 🌕 crescent_moon 🌙
sunny ☀️ star ⭐ star2 🌟 sparkles ✨ zap ⚡ fire 🔥 boom 💥 cloud ☁️ partly_sunny ⛅ rain_cloud 🌧️ rainbow 🌈 umbrella ☔ snowflake ❄️ snowman ⛄ ocean 🌊 droplet 💧
apple 🍎 green_apple 🍏 banana 🍌 grapes 🍇 strawberry 🍓 lemon 🍋 peach 🍑 avocado 🥑 tomato 🍅 carrot 🥕 bread 🍞 cheese_wedge 🧀 hamburger 🍔 pizza 🍕 taco 🌮 cookie 🍪
cake 🍰 birthday 🎂 chocolate_bar 🍫 doughnut 🍩 popcorn 🍿 coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷 champagne 🍾 fork_and_knife 🍴
soccer ⚽ basketball 🏀 trophy 🏆 medal 🏅 first_place_medal 🥇 second_place_medal 🥈 third_place_medal 🥉 dart 🎯 game_die 🎲 jigsaw 🧩 art 🎨 guitar 🎸 musical_note 🎵
car 🚗 taxi 🚕 bus 🚌 ambulance 🚑 fire_engine 🚒 truck 🚚 bike 🚲 airplane ✈️ rocket 🚀 ship 🚢 anchor ⚓ construction 🚧 traffic_light 🚦 vertical_traffic_light 🚦 fuelpump ⛽
house 🏠 office 🏢 hospital 🏥 bank 🏦 hotel 🏨 school 🏫 factory 🏭 tent ⛺ city_sunset 🌆
watch ⌚ iphone 📱 computer 💻 desktop_computer 🖥️ keyboard ⌨️ printer 🖨️ floppy_disk 💾 cd 💿 camera 📷 movie_camera 🎥 telephone ☎️ telephone_receiver 📞 tv 📺 radio 📻
stopwatch ⏱️ timer_clock ⏲️ alarm_clock ⏰ hourglass ⌛ hourglass_flowing_sand ⏳ battery 🔋 electric_plug 🔌 bulb 💡 flashlight 🔦 moneybag 💰 dollar 💵 euro 💶 credit_card 💳
receipt 🧾 gem 💎 scales ⚖️ wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️ nut_and_bolt 🔩 gear ⚙️ toolbox 🧰 magnet 🧲 bomb 💣 hocho 🔪 shield 🛡️ package 📦
mailbox 📫 inbox_tray 📥 outbox_tray 📤 email 📧 envelope ✉️ incoming_envelope 📨 love_letter 💌 pencil2 ✏️ pencil 📝 memo 📝 black_nib ✒️ file_folder 📁 open_file_folder 📂
card_index_dividers 🗂️ date 📅 calendar 📆 spiral_calendar_pad 🗓️ card_index 📇 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 clipboard 📋 pushpin 📌
round_pushpin 📍 paperclip 📎 straight_ruler 📏 scissors ✂️ lock 🔒 unlock 🔓 key 🔑 old_key 🗝️ mag 🔍 mag_right 🔎 books 📚 book 📖 bookmark 🔖 label 🏷️ link 🔗 newspaper 📰 page_facing_up 📄
bell 🔔 no_bell 🔕 loudspeaker 📢 mega 📣 speech_balloon 💬 thought_balloon 💭 microphone 🎤 headphones 🎧 test_tube 🧪 microscope 🔬 telescope 🔭 satellite_antenna 📡 syringe 💉 pill 💊
heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍 broken_heart 💔 two_hearts 💕 sparkling_heart 💖 100 💯 anger 💢
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ heavy_plus_sign ➕ heavy_minus_sign ➖ question ❓ grey_question ❔ exclamation ❗
heavy_exclamation_mark ❗ bangbang ‼️ warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 rotating_light 🚨 recycle ♻️ infinity ♾️ information_source ℹ️ sos 🆘 ok 🆗 new 🆕 free 🆓 cool 🆒 up 🆙
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣 black_circle ⚫ white_circle ⚪ large_red_square 🟥
large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦 black_large_square ⬛ white_large_square ⬜ small_blue_diamond 🔹 small_orange_diamond 🔸 large_blue_diamond 🔷
arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrow_upper_right ↗️ arrow_lower_right ↘️ arrows_counterclockwise 🔄 repeat 🔁 leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️
arrow_forward ▶️ black_right_pointing_double_triangle_with_vertical_bar ⏭️ double_vertical_bar ⏸️ black_square_for_stop ⏹️ fast_forward ⏩ rewind ⏪ hash #️⃣ zero 0️⃣ one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣
five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 ribbon 🎀 jack_o_lantern 🎃 christmas_tree 🎄 checkered_flag 🏁 triangular_flag_on_post 🚩
white_flag 🏳️ waving_black_flag 🏴 flag-de 🇩🇪 flag-fr 🇫🇷 flag-gb 🇬🇧 gb 🇬🇧 flag-us 🇺🇸 us 🇺🇸 flag-eu 🇪🇺 flag-jp 🇯🇵 flag-it 🇮🇹 flag-es 🇪🇸 zzz 💤 sweat_drops 💦 dash 💨 crown 👑 mortar_board 🎓 tophat 🎩
eyeglasses 👓 necktie 👔 shirt 👕 jeans 👖 dress 👗 briefcase 💼 handbag 👜 school_satchel 🎒 door 🚪 bed 🛏️ bathtub 🛁 toilet 🚽 broom 🧹 wastebasket 🗑️ shopping_trolley 🛒 ticket 🎫 beach_with_umbrella 🏖️
`;

let table = null;

function names() {
  if (!table) {
    const words = TABLE.trim().split(/\s+/);
    table = new Map();
    for (let i = 0; i + 1 < words.length; i += 2) table.set(words[i], words[i + 1]);
  }
  return table;
}

const TONES = ["", "", "\u{1F3FB}", "\u{1F3FC}", "\u{1F3FD}", "\u{1F3FE}", "\u{1F3FF}"];

/** The characters of a named emoji, or null when we do not know it. */
export function emojiFor(name, skin = null) {
  const found = names().get(name);
  return found ? found + (skin ? (TONES[skin] ?? "") : "") : null;
}

const drawable = new Map();
let canvas = null;

function picture(text) {
  canvas ??= Object.assign(document.createElement("canvas"), { width: 24, height: 24 }).getContext("2d", { willReadFrequently: true });
  canvas.clearRect(0, 0, 24, 24);
  canvas.font = "18px sans-serif";
  canvas.fillText(text, 1, 19);
  return canvas.getImageData(0, 0, 24, 24).data.join();
}

/** Whether this machine has a glyph for the character; without one a browser draws an empty box. */
export function canDraw(character) {
  const first = String.fromCodePoint(character.codePointAt(0));
  if (!drawable.has(first)) drawable.set(first, picture(first) !== picture("\u{10FFFE}"));
  return drawable.get(first);
}

/** Names that hold `part`, those that start with it first. */
export function searchEmoji(part, limit = 8) {
  const wanted = part.toLowerCase();
  const hits = [...names().keys()].filter((name) => name.includes(wanted));
  hits.sort((a, b) => Number(b.startsWith(wanted)) - Number(a.startsWith(wanted)));
  return hits.slice(0, limit);
}

/** What the picker offers first. */
export const FREQUENT = [
  "white_check_mark",
  "eyes",
  "+1",
  "-1",
  "pray",
  "raised_hands",
  "tada",
  "heart",
  "joy",
  "thinking_face",
  "rocket",
  "fire",
  "100",
  "x",
  "warning",
  "question",
  "hourglass_flowing_sand",
  "memo",
  "bulb",
  "clap",
  "wave",
  "slightly_smiling_face",
  "cry",
  "sob",
];
