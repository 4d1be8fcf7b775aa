"""The look of the review report. Verdicts differ by colour, by sign and by border, on screen and in print."""

STYLE = """
:root { --ink:#1c2530; --soft:#5b6775; --line:#d9dee5; --paper:#fff; --back:#f4f6f8; --fail:#a4161a; --failbg:#ffd9d6;
 --review:#7a4b00; --reviewbg:#ffe9b8; --ok:#1d6b45; --okbg:#e3f4ea; --head:#eaf0f6; --accent:#1f4e79; }
* { box-sizing:border-box; }
html { scroll-behavior:smooth; scroll-padding-top:1rem; }
body { margin:0; background:var(--back); color:var(--ink);
 font:15px/1.6 "Noto Sans CJK JP","Noto Sans JP","Hiragino Sans","Yu Gothic",Meiryo,system-ui,sans-serif; }
main,header>div { max-width:1560px; margin:0 auto; padding:0 1.5rem; }
header { background:var(--accent); color:#fff; padding:1.4rem 0 1.2rem; }
header h1 { margin:0; font-size:1.55rem; letter-spacing:.02em; }
header dl { display:flex; flex-wrap:wrap; gap:.1rem 1.6rem; margin:.4rem 0 0; font-size:.88rem; }
header dl div { display:flex; gap:.5rem; } header dt { opacity:.75; } header dd { margin:0; }
a { color:var(--accent); } a:focus-visible,[tabindex]:focus-visible { outline:3px solid #2f80ed; outline-offset:1px; }
h2 { font-size:1.18rem; margin:2rem 0 .6rem; padding-bottom:.25rem; border-bottom:2px solid var(--line); }
.cards { display:grid; grid-template-columns:repeat(auto-fit,minmax(170px,1fr)); gap:.8rem; margin:1.2rem 0; }
.card { background:var(--paper); border:1px solid var(--line); border-left:6px solid var(--soft); border-radius:6px;
 padding:.6rem .9rem; }
.card b { display:block; font-size:1.7rem; line-height:1.2; font-variant-numeric:tabular-nums; }
.card.fail { border-left-color:var(--fail); } .card.fail b { color:var(--fail); }
.card.review { border-left-color:#d18b00; } .card.review b { color:var(--review); }
.card.ok { border-left-color:var(--ok); } .card.ok b { color:var(--ok); }
.verdict { margin:1rem 0 0; padding:.7rem 1rem; border-radius:6px; font-weight:600; }
.verdict.fail { background:var(--failbg); color:var(--fail); border:1px solid var(--fail); }
.verdict.review { background:var(--reviewbg); color:var(--review); border:1px solid #d18b00; }
.verdict.ok { background:var(--okbg); color:var(--ok); border:1px solid var(--ok); }
.legend { display:flex; flex-wrap:wrap; gap:.4rem 1.2rem; font-size:.85rem; color:var(--soft); margin:.6rem 0; }
.legend span span { display:inline-block; min-width:1.9rem; padding:0 .35rem; margin-right:.35rem; text-align:center;
 border:1px solid var(--line); color:var(--ink); }
table { border-collapse:collapse; }
.list { width:100%; background:var(--paper); border:1px solid var(--line); font-size:.9rem; }
.list th { text-align:left; background:var(--head); font-weight:600; white-space:nowrap; }
.list th,.list td { padding:.35rem .6rem; border-bottom:1px solid var(--line); vertical-align:top;
 overflow-wrap:anywhere; }
.list td.n { text-align:right; font-variant-numeric:tabular-nums; white-space:nowrap; }
.list td.k { white-space:nowrap; } .list td.s { min-width:7.5rem; } .list .quiet { color:#98a2ae; }
.list tr.group td { background:#f7f9fb; font-weight:600; border-top:2px solid var(--line); }
.tight th,.tight td { padding-top:.12rem; padding-bottom:.12rem; }
.badge { display:inline-block; padding:0 .5rem; border-radius:3px; font-size:.82rem; font-weight:700;
 white-space:nowrap; }
.badge.fail { background:var(--fail); color:#fff; } .badge.review { background:var(--reviewbg); color:var(--review);
 border:1px solid #d18b00; } .badge.ok { background:var(--okbg); color:var(--ok); border:1px solid var(--ok); }
details.sheet { background:var(--paper); border:1px solid var(--line); border-radius:6px; margin:1rem 0; }
details.sheet>summary { cursor:pointer; padding:.6rem .9rem; display:flex; flex-wrap:wrap; gap:.3rem .8rem;
 align-items:baseline; } details.sheet>summary::before { content:"▸"; color:var(--soft); }
details.sheet[open]>summary::before { content:"▾";
 } details.sheet[open]>summary { border-bottom:1px solid var(--line); }
details.sheet>summary b { font-size:1.02rem; } details.sheet>summary .size { color:var(--soft); font-size:.85rem; }
.inside { padding:.7rem .9rem 1rem; }
.title { margin:.1rem 0 .5rem; overflow-wrap:anywhere; } .note { color:var(--soft); font-size:.86rem;
 margin:.4rem 0; }
.note.warn { color:var(--review); font-weight:600; }
.scroll { overflow-x:auto; padding-bottom:.4rem; }
.grid { font-size:.82rem; font-variant-numeric:tabular-nums; margin:.4rem 0; }
.grid td,.grid th { border:1px solid var(--line); padding:.16rem .4rem; white-space:nowrap; max-width:24em;
 overflow:hidden; text-overflow:ellipsis; }
.grid thead th { background:var(--head); font-weight:600; text-align:center; }
.grid .at { background:#f7f8fa; color:#8a95a3; font-weight:400; font-size:.74rem; text-align:center; }
.grid td.num { text-align:right; } .grid td.label { background:#fafbfc;
 } .grid td.gap { background:repeating-linear-gradient(
 45deg,#fff,#fff 5px,#eef1f4 5px,#eef1f4 10px); color:var(--soft); text-align:center; font-size:.78rem; }
.grid td.mask { color:#6b7683; background:#eef1f4; text-align:center; }
.grid .fail,.legend .fail { background:var(--failbg); box-shadow:inset 0 0 0 2px var(--fail); font-weight:700; }
.grid .review,.legend .review { background:var(--reviewbg); box-shadow:inset 0 -3px 0 #d18b00; }
.grid td.narrow,.legend .narrow { background:#fff4dc; color:var(--review); box-shadow:inset 0 0 0 1px #d18b00; }
.grid td.exact { color:var(--fail); font-weight:700; }
.grid .changed,.legend .changed { box-shadow:inset 3px 0 0 var(--accent); background:#e8f1fb; }
.grid .changed .sign { color:var(--accent); }
.grid .fail.changed { background:var(--failbg); } .grid .review.changed { background:var(--reviewbg); }
.grid .hit { position:relative; overflow:visible; cursor:help; }
.grid .sign { font-size:.8em; margin-right:.25em; } .grid .fail .sign { color:var(--fail); }
.grid .review .sign { color:var(--review); }
.grid :target,.list :target,tr:target { outline:3px solid #2f80ed; }
.tip { display:none; position:fixed; z-index:9; left:1rem; right:1rem; bottom:1rem; width:fit-content;
 max-width:60rem; margin:0 auto; padding:.7rem 1.1rem; background:#18222e; color:#fff; border-radius:6px;
 font-weight:400; font-size:.95rem; line-height:1.6; text-align:left; white-space:normal; box-shadow:0 4px 18px #0007; }
.hit:hover>.tip,.hit:focus>.tip,.hit:focus-within>.tip { display:block; }
.tip em { color:#ffd98a; font-style:normal; font-weight:600; } .tip span { display:block; }
.facts dt { font-weight:600; } .facts dd { margin:0 0 .3rem 1rem; overflow-wrap:anywhere; }
mark { background:var(--reviewbg); padding:0 .15em; }
footer { max-width:1560px; margin:2rem auto; padding:0 1.5rem; color:var(--soft); font-size:.82rem; }
@page { size:A4 landscape; margin:10mm; }
@media print {
 body { background:#fff; font-size:10.5px; } header { background:#fff; color:#000; border-bottom:2px solid #000; }
 .tip { display:none !important; } .scroll { overflow:visible; } .grid { font-size:9.5px; }
 .grid.wide { font-size:7px; } h2,summary { break-after:avoid; }
 .grid td,.grid th { padding:1px 2px; }
 main,header>div { padding:0; }
 .grid td,.grid th { white-space:normal; } details.sheet { break-inside:auto;
 } .list tr,.grid tr { break-inside:avoid; }
 details:not([open])::details-content { content-visibility:visible; block-size:auto; }
 thead { display:table-header-group; } * { print-color-adjust:exact; -webkit-print-color-adjust:exact; }
}
"""
