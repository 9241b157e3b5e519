/** Texts that estimates of tokens are calibrated on, by what they are written in. */
export const tokenSamples: Readonly<Record<string, string>> = {
  English:
    'The library lends tools to all members over eighteen. A deposit of twenty euros is required for each device, and is returned later. It is open from Monday to Friday, nine to six; larger machines have to be ordered a week in advance.',
  German:
    'Die Bibliothek verleiht Werkzeuge an alle Mitglieder, die das achtzehnte Lebensjahr vollendet haben. Für jedes Gerät wird eine Kaution von zwanzig Euro erhoben, die bei der Rückgabe zurückerstattet wird.',
  French:
    'La bibliothèque prête des outils à tous les membres âgés de plus de dix-huit ans. Une caution de vingt euros est demandée pour chaque appareil et remboursée lors du retour.',
  Polish:
    'Biblioteka wypożycza narzędzia wszystkim członkom, którzy ukończyli osiemnaście lat. Za każde urządzenie pobierana jest kaucja w wysokości dwudziestu euro, która jest zwracana przy oddaniu.',
  Turkish:
    'Kütüphane, on sekiz yaşını doldurmuş tüm üyelere alet ödünç vermektedir. Her alet için yirmi avro depozito alınır ve iade sırasında geri ödenir.',
  Vietnamese:
    'Thư viện cho mượn dụng cụ cho tất cả các thành viên từ mười tám tuổi trở lên. Mỗi dụng cụ cần đặt cọc hai mươi euro và được hoàn lại khi trả.',
  Russian:
    'Библиотека выдаёт инструменты всем читателям старше восемнадцати лет. За каждое устройство взимается залог в размере двадцати евро, который возвращается при сдаче.',
  Ukrainian:
    'Бібліотека видає інструменти всім читачам, старшим за вісімнадцять років. За кожен пристрій стягується застава у розмірі двадцяти євро, яка повертається під час здачі.',
  Greek:
    'Η βιβλιοθήκη δανείζει εργαλεία σε όλα τα μέλη άνω των δεκαοκτώ ετών. Για κάθε συσκευή απαιτείται εγγύηση είκοσι ευρώ, η οποία επιστρέφεται κατά την παράδοση.',
  Arabic:
    'تعير المكتبة الأدوات لجميع الأعضاء الذين تجاوزوا الثامنة عشرة من العمر. يتم دفع تأمين قدره عشرون يورو لكل جهاز، ويعاد عند التسليم.',
  Hebrew:
    'הספרייה משאילה כלים לכל החברים מעל גיל שמונה עשרה. עבור כל מכשיר נדרש פיקדון של עשרים אירו, המוחזר בעת ההחזרה.',
  Hindi:
    'पुस्तकालय अठारह वर्ष से अधिक आयु के सभी सदस्यों को औज़ार उधार देता है। प्रत्येक उपकरण के लिए बीस यूरो की जमानत ली जाती है, जो लौटाने पर वापस कर दी जाती है।',
  Thai: 'ห้องสมุดให้ยืมเครื่องมือแก่สมาชิกทุกคนที่มีอายุเกินสิบแปดปี ต้องวางเงินมัดจำยี่สิบยูโรสำหรับอุปกรณ์แต่ละชิ้น ซึ่งจะคืนให้เมื่อส่งคืน',
  Chinese:
    '图书馆向所有年满十八岁的会员出借工具。每件设备需交纳二十欧元押金，归还时退还。大型机器必须提前一周预订。开放时间为周一至周五九点至十八点。',
  Japanese:
    '図書館は十八歳以上のすべての会員に道具を貸し出しています。機器ごとに二十ユーロの保証金が必要で、返却時に返金されます。大型の機械は一週間前までに予約してください。',
  Korean:
    '도서관은 만 열여덟 살 이상의 모든 회원에게 도구를 빌려줍니다. 기기마다 이십 유로의 보증금이 필요하며 반납할 때 돌려받습니다.',
  emoji: '🚀🎉😀👍🏽👩‍💻🇩🇪🔥✅❤️🤷‍♂️🧪📦🛠️🐛💥⚠️'.repeat(4),
  numbers: Array.from({ length: 300 }, (_, at) => (at * 7_919) % 100_003).join(' '),
  digits: Array.from({ length: 300 }, (_, at) => String((at * 7_919) % 100_003).padStart(5, '0')).join(''),
  hex: Array.from({ length: 300 }, (_, at) => ((at * 2_654_435_761) >>> 0).toString(16).padStart(8, '0')).join(''),
  symbols: '!@#$%^&*()_+{}|:"<>?-=[];\'./`~\\,'.repeat(5),
  table: Array.from({ length: 60 }, (_, at) => `| ${at} | ${at * 3.5} | x${at} |`).join('\n'),
  JSON: JSON.stringify(
    Array.from({ length: 40 }, (_, at) => ({
      id: at,
      name: `tool-${at}`,
      tags: ['loan', 'shop'],
      price: at * 1.25,
      isOpen: true,
    })),
    null,
    2,
  ),
  code: Array.from(
    { length: 12 },
    (_, at) =>
      `export function sumOf${at}(parts: readonly number[]): number {\n  return parts.reduce((sum, part) => sum + part, ${at});\n}\n`,
  ).join('\n'),
};
