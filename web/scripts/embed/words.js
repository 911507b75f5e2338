// Written by tools/faces.py, from app/widget/words.py and the catalogues.
// label, title, chat, close, failed, link, wechat
export var WORDS = {
  "zh": ["留言", "给我们留言", "在线咨询", "关闭", "留言窗口打不开。", "在新窗口中打开", "微信号"],
  "en": ["Leave a message", "Leave us a message", "Chat with us", "Close", "The form did not open here.", "Open it in a new window", "WeChat ID"]
};
export var OURS = /(?:^|,)(zh|en)\b/i;
export var USUAL = "zh";
