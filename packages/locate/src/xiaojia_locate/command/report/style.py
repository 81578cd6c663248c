"""Which colours and measures has the page? The product's tokens, light, dark and in print."""

LIGHT = """
--ink:#1c2430;--ink-2:#4b5563;--ink-3:#626a78;--paper:#faf7f1;--card:#fff;--line:#e7e1d5;--brand:#b8341b;--on-brand:#fff;
--lamp:#f4a93b;--open:#0b6e4f;--open-bg:#e3f4ec;--unknown:#7a4f00;--unknown-bg:#fff1d6;--trouble:#a8201a;--sunk:#f1ebdf;
--cell-had:#8fc7b0;--cell-new:#f4a93b;--cell-none:#b5ad9c;--ring:#948b79;--roof:#b8341b;--house:#4b5563;
"""
DARK = """
--ink:#f3efe7;--ink-2:#c9c3b8;--ink-3:#a49e93;--paper:#14171c;--card:#1d2229;--line:#323842;--brand:#ff8a6b;--on-brand:#2a0f08;
--lamp:#f4b556;--open:#7fd8b4;--open-bg:#12352a;--unknown:#f0c674;--unknown-bg:#3a2e14;--trouble:#ff9d95;--sunk:#272d35;
--cell-had:#2f7d63;--cell-new:#f4b556;--cell-none:#4a515c;--ring:#7d8694;--roof:#ff8a6b;--house:#c9c3b8;
"""
RULES = """
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);overflow-wrap:break-word;
 font:400 1rem/1.55 -apple-system,"PingFang SC","HarmonyOS Sans SC","MiSans","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
main{max-width:68rem;margin:0 auto;padding:1rem}
h1,h2,p,ul,ol,figure,dl,dd{margin:0;padding:0}
h1{font-size:1.625rem;line-height:1.35}
h2{font-size:1.25rem;line-height:1.35}
.en{display:block;color:var(--ink-3);font-size:.8125rem;font-weight:400}
html[lang=en] .en{color:var(--ink-3)}
header{display:flex;gap:.75rem;align-items:flex-start;padding:.5rem 0 1rem}
.logo{width:2.75rem;height:2.75rem;flex:none}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1rem;margin:0 0 1rem}
.card>h2{margin-bottom:.5rem}
.note{color:var(--ink-2);font-size:.8125rem;margin-top:.5rem}
.lead{font-size:1.0625rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:0 0 1rem}
.fact{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:.75rem 1rem}
.fact dt{color:var(--ink-2);font-size:.8125rem}
.fact dd{font-size:1.625rem;font-weight:700;line-height:1.3;font-variant-numeric:tabular-nums}
.fact dd small{font-size:.8125rem;font-weight:400;color:var(--ink-3);display:block}
.pill{display:inline-flex;align-items:center;gap:.375rem;padding:.1875rem .625rem;border-radius:999px;font-weight:600;font-size:.8125rem}
.pill.proven{color:var(--open);background:var(--open-bg)}
.pill.unproven{color:var(--unknown);background:var(--unknown-bg);border:1px dashed}
.dot{width:.75rem;height:.75rem;flex:none}
.draw{overflow-x:auto}
.draw svg{display:block;width:100%;height:auto}
.draw text{font-family:inherit;fill:var(--ink-2);font-size:14px;font-variant-numeric:tabular-nums}
.draw .t-strong{fill:var(--ink);font-weight:700}
.draw .t-rank{fill:var(--on-brand);font-weight:700;font-size:12px;text-anchor:middle}
.had{fill:var(--cell-had)}.fresh{fill:var(--cell-new)}.none{fill:var(--cell-none)}
.w1{opacity:.35}.w2{opacity:.55}.w3{opacity:.78}.w4{opacity:1}
.ring-old{fill:none;stroke:var(--ring);stroke-width:.8;stroke-dasharray:3 3}
.ring-new{fill:var(--brand);fill-opacity:.07;stroke:var(--brand);stroke-width:1.4}
.roof{fill:none;stroke:var(--house);stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
.wall{fill:var(--card);stroke:none}.pane{fill:var(--house)}
.stop{fill:var(--brand);stroke:var(--card);stroke-width:1.5}
.axis{stroke:var(--line);stroke-width:1}.scale{stroke:var(--ink-2);stroke-width:1.5;fill:none}
.area{fill:var(--cell-had);opacity:.3}.curve{fill:none;stroke:var(--open);stroke-width:2.2}
.best{fill:var(--brand);stroke:var(--card);stroke-width:2}.bound{stroke:var(--trouble);stroke-width:1.5;stroke-dasharray:4 3}
.dotpoint{fill:var(--open)}
.legend{display:flex;flex-wrap:wrap;gap:.375rem 1.25rem;margin-top:.75rem;color:var(--ink-2);font-size:.8125rem}
.legend li{display:flex;gap:.4rem;align-items:center;list-style:none}
.legend svg{width:1.125rem;height:1.125rem;flex:none}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{text-align:left;padding:.4375rem .75rem .4375rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--ink-2);font-size:.8125rem;font-weight:600}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td .sub{display:block;color:var(--ink-3);font-size:.8125rem}
.rank{display:inline-grid;place-items:center;min-width:1.625rem;height:1.625rem;
 padding:0 .25rem;border-radius:999px;background:var(--brand);
 color:var(--on-brand);font-weight:700;font-size:.8125rem}
.list{display:grid;grid-template-columns:minmax(0,1fr);overflow-wrap:anywhere;gap:.5rem;padding-left:1.125rem}
td.bad{color:var(--trouble)}
details{margin-top:.75rem}summary{cursor:pointer;color:var(--ink-2)}
pre{white-space:pre-wrap;font:.8125rem/1.5 ui-monospace,Menlo,Consolas,monospace;
 background:var(--sunk);border-radius:8px;padding:.75rem;margin:.5rem 0 0}
footer{color:var(--ink-3);font-size:.8125rem;padding:0 0 2rem}
:focus-visible{outline:3px solid #2a6db5;outline-offset:2px}
@media (max-width:40rem){main{padding:.75rem}
 .draw svg{min-width:36rem}.draw.fit svg{min-width:0}.draw.fit text{font-size:28px}.wide{min-width:40rem}
 .fact dd{font-size:1.25rem}h1{font-size:1.25rem}
 .facts{grid-template-columns:1fr 1fr;gap:.5rem}}
"""
PRINT = """
@page{size:A4;margin:14mm}
main{max-width:none;padding:0}.card,.fact{break-inside:avoid;border-color:#cbc6bb}.card.long{break-inside:auto}tr{break-inside:avoid}
.draw,.scroll{overflow:visible}.draw svg{min-width:0}body{font-size:10.5pt;background:#fff}thead{display:table-header-group}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
"""


def sheet() -> str:
    """Return the style sheet of the page."""
    light, dark = LIGHT.replace("\n", ""), DARK.replace("\n", "")
    return (
        f":root{{color-scheme:light dark;{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
        f"{RULES}@media print{{{PRINT}}}"
    )
