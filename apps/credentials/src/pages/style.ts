import { type Brand, inkOn } from './brand.js';

/** All of the pages' looks. System fonts, no picture, no script: a phone on a bad line shows it at once. */
export const styleOf = ({ colour }: Brand): string => `
:root{color-scheme:light dark;--brand:${colour};--on-brand:${inkOn(colour)};--ink:#10181f;--soft:#4d5a66;--paper:#fff;--ground:#eff2f5;
--line:#d5dce3;--field:#7b8894;--good:#12703f;--good-ground:#e3f4ea;--bad:#a5281f;--bad-ground:#fbe9e7;--shadow:0 1px 2px #10181f14,0 12px 32px #10181f14}
@media(prefers-color-scheme:dark){:root{--ink:#e9eef3;--soft:#a9b6c2;--paper:#182029;--ground:#0d1319;--line:#2c3843;--field:#7d8c9a;
--good:#6fd6a0;--good-ground:#143324;--bad:#ff9d93;--bad-ground:#3d1f1d;--shadow:0 1px 2px #0006,0 12px 32px #0006}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:1.1rem;
padding:1.5rem 1rem;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;
-webkit-text-size-adjust:100%}
main{width:100%;max-width:27rem;padding:2rem 1.9rem 1.8rem;background:var(--paper);border:1px solid var(--line);border-top:4px solid var(--brand);
border-radius:1rem;box-shadow:var(--shadow)}
h1{margin:0 0 .6rem;font-size:1.5rem;line-height:1.25;font-weight:650;letter-spacing:-.01em;text-wrap:balance;overflow-wrap:anywhere}
h2{margin:0 0 .6rem;font-size:.95rem;font-weight:600;text-wrap:balance}
h1,.lead,button{hyphens:auto}
p{margin:0;overflow-wrap:anywhere}.lead{font-size:1.05rem}.soft{color:var(--soft);font-size:.9rem}
.marks{display:flex;align-items:center;gap:.55rem;margin:0 0 1.3rem}
.mark{flex:none;width:2.9rem;height:2.9rem;border-radius:.85rem;display:grid;place-items:center;font-size:1.25rem;font-weight:650;line-height:1;
background:var(--ground);border:1px solid var(--line)}
.mark.ours{background:var(--brand);color:var(--on-brand);border-color:transparent}
.between{flex:none;width:2.2rem;border-top:2px dotted var(--field)}
.mark.good{background:var(--good-ground);color:var(--good);border-color:transparent}.mark.bad{background:var(--bad-ground);color:var(--bad);border-color:transparent}
.panel{margin:1.4rem 0 0;padding:1.05rem 1.15rem;background:var(--ground);border-radius:.75rem}
ul{margin:0;padding:0;list-style:none;display:grid;gap:.5rem}
li{position:relative;padding-left:1.6rem;overflow-wrap:anywhere}
li::before{content:"";position:absolute;left:.2rem;top:.42em;width:.38rem;height:.7rem;border:solid var(--good);border-width:0 2px 2px 0;transform:rotate(42deg)}
dl{display:flex;flex-wrap:wrap;gap:.1rem .6rem;margin:1.1rem 0 0;font-size:.95rem}dt{color:var(--soft)}dd{margin:0;font-weight:600;overflow-wrap:anywhere;min-width:0}
form{margin:1.5rem 0 0}
button{width:100%;min-height:3rem;padding:.7rem 1rem;border:1px solid transparent;border-radius:.75rem;background:var(--brand);color:var(--on-brand);
font:inherit;font-weight:600;cursor:pointer;overflow-wrap:anywhere}
button:hover{filter:brightness(1.06)}
:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
label{display:block;margin:0 0 .3rem;font-weight:600}.field{margin:0 0 1.15rem}.field .soft{margin:.3rem 0 0;font-size:.85rem;font-weight:400}.field .soft+.soft{margin-top:.1rem}
input,select,textarea{width:100%;min-height:2.9rem;padding:.6rem .8rem;border:1px solid var(--field);border-radius:.6rem;background:var(--paper);color:var(--ink);font:inherit}textarea{resize:vertical;white-space:pre;overflow-x:auto;font:.9rem/1.4 ui-monospace,monospace}
[aria-invalid]{border-color:var(--bad);border-width:2px}.fault{margin:.3rem 0 0;color:var(--bad);font-size:.9rem;font-weight:600}
.complaint{background:var(--bad-ground);color:var(--bad)}.complaint .soft{margin-top:.35rem}
form+.soft,.soft+.soft{margin-top:1rem}
.code{font:600 1.7rem ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;text-align:center;letter-spacing:.12em}a{color:inherit}code{font:.86em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
footer{color:var(--soft);font-size:.82rem;text-align:center;overflow-wrap:anywhere;max-width:27rem}
@media(max-width:26rem){main{padding:1.5rem 1.25rem}h1{font-size:1.35rem}}
@media(forced-colors:active){.mark,button{border-color:currentColor}}`;
