// The looks of the launcher and the panel, inside a shadow root: the page's own styles stay outside.
export var STYLE =
  ":host{all:initial!important;font:16px/1.6 system-ui,sans-serif!important}" +
  "@media print{:host{display:none!important}}" +
  "[hidden]{display:none!important}" +
  "*{box-sizing:border-box;margin:0;border:0;font:inherit}" +
  ".l,.p{position:fixed;z-index:var(--z);box-shadow:0 0 0 1px #8883,0 8px 32px #0004}" +
  ".l{right:calc(20px + env(safe-area-inset-right));bottom:calc(20px + env(safe-area-inset-bottom));display:flex;align-items:center;gap:8px;height:56px;padding:0 16px;border-radius:28px;cursor:pointer}" +
  ".left .l{right:auto;left:calc(20px + env(safe-area-inset-left))}" +
  ".l,.g{background:var(--a);color:var(--t);font-weight:600}" +
  ":focus-visible{outline:3px solid var(--a);outline-offset:3px;box-shadow:0 0 0 3px #fff}" +
  "svg{width:24px;fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round;display:block}" +
  ".p{--m:calc(100vh - 108px);inset:0;overflow:hidden;padding:env(safe-area-inset-top) 0 env(safe-area-inset-bottom);background:Canvas;color:CanvasText;animation:i .2s}" +
  ".auto{color-scheme:light dark}.dark{color-scheme:dark}" +
  "@keyframes i{from{opacity:0}}" +
  "iframe{width:100%;height:100%;display:block;color-scheme:normal}" +
  ".w{height:100%;display:grid;place-content:center;justify-items:center;gap:8px}" +
  "a{color:inherit;padding:8px 20px;border-radius:8px}.g{color:var(--t)}" +
  ".b{position:absolute;top:8px;right:8px;padding:10px;background:none;color:inherit;cursor:pointer}" +
  ".s{font-size:48px;animation:i .6s infinite alternate}" +
  // Where there is little room the panel has that of the launcher too.
  "@media (max-width:480px){.l span{display:none}}" +
  "@media (max-width:480px),(max-height:940px){.p{--m:calc(100vh - 40px)}.open .l{display:none}}" +
  // It stands on the lower edge by a transform: a layout that starts there would move with its height.
  "@media (min-width:481px){.p{inset:20px 20px auto auto;width:392px;height:var(--h);max-height:var(--m);transform:translateY(calc(var(--m) - 100%));padding:0;border-radius:16px}.left .p{right:auto;left:20px}}" +
  "@media (prefers-reduced-motion){*{animation:none!important}}" +
  "@media (forced-colors:active){.l,.p{border:2px solid}}";
