#ifndef PINMETRICS_SRC_EXPORT_HTML_STYLE_H_
#define PINMETRICS_SRC_EXPORT_HTML_STYLE_H_

namespace pinmetrics {

/// The page's style sheet. Contrast is at least 4.5 for text and 3 for lines, in light and dark.
/// Holds no < and no &, so that the page stays well-formed XML.
inline constexpr char kHtmlStyle[] = R"css(
:root{--page:#f6f5f2;--card:#fff;--ink:#1c1d20;--soft:#5c6068;--line:#e4e2dc;--edge:#8b8f97;
--main:#2759cf;--tint:#2759cf1c;--up:#0a6a3c;--down:#b3261e;--note:#fbf1d9;--note-ink:#5a4405;
--shade:#0003;--rest:#0000000b}
@media (prefers-color-scheme:dark){:root{--page:#121316;--card:#1b1d21;--ink:#ecedef;--soft:#a5abb5;
--line:#30333a;--edge:#727985;--main:#8fb3ff;--tint:#8fb3ff2e;--up:#6fd49c;--down:#ff9d92;
--note:#33290f;--note-ink:#f2dca3;--shade:#000c;--rest:#ffffff0d}}
@media print{:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--edge:#777;
--main:#2759cf;--tint:#2759cf1c;--up:#0a6a3c;--down:#b3261e;--note:#f4f4f4;--note-ink:#000;
--rest:#00000009}}
@media (forced-colors:active){:root{--page:Canvas;--card:Canvas;--ink:CanvasText;--soft:CanvasText;
--line:CanvasText;--edge:CanvasText;--main:LinkText;--tint:transparent;--up:CanvasText;--down:CanvasText;
--note:Canvas;--note-ink:CanvasText;--shade:CanvasText;--rest:transparent}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}
header,main,footer{max-width:76rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2.5rem}
footer{padding-top:2rem;padding-bottom:3rem}
h1,h2,h3,p,dl,dd,ul,figure{margin:0;padding:0}
h1{font-size:2.1rem;line-height:1.15;letter-spacing:-.02em;font-weight:700;overflow-wrap:anywhere}
h2{font-size:1.3rem;line-height:1.3;letter-spacing:-.01em;margin:3rem 0 1rem}
h3{font-size:.875rem;color:var(--soft);font-weight:600;margin:1.5rem 0 .5rem}
h2+h3{margin-top:0}
ul{list-style:none}
small{font-size:.8125rem}
i{font-style:normal}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);
white-space:nowrap}
.kind{font-size:.875rem;font-weight:600;color:var(--soft)}
.period{font-size:1.0625rem;margin-top:.4rem;font-weight:600}
.period span{font-weight:400;color:var(--soft)}
.facts{display:flex;flex-wrap:wrap;gap:.75rem 2rem;margin-top:1.5rem;padding-top:1rem;
border-top:1px solid var(--line)}
.facts div{min-width:0}
.facts dt{font-size:.8125rem;color:var(--soft)}
.facts dd{font-weight:500;overflow-wrap:anywhere}
code{font:.9375em ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.notice{background:var(--note);color:var(--note-ink);border-radius:.5rem;padding:.6rem .9rem;
margin-top:1rem;font-size:.9375rem}
.about{color:var(--soft);font-size:.9375rem;margin-bottom:.75rem}
.none{color:var(--soft)}
.nothing{font-size:1.25rem;margin-top:3rem;overflow-wrap:anywhere}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.75rem}
.cards>div{min-width:0}
.cards>div,.panel{background:var(--card);border:1px solid var(--line);border-radius:.75rem}
.cards>div{display:flex;flex-direction:column;padding:.85rem 1rem .8rem}
.cards dt{font-size:.875rem;color:var(--soft);line-height:1.35;overflow-wrap:anywhere}
.figure{font-size:1.6rem;line-height:1.25;font-weight:650;letter-spacing:-.015em;
font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.figure.l1{font-size:1.25rem;line-height:1.6}
.figure.l2{font-size:1rem;line-height:2}
.figure.l3{font-size:.8125rem;line-height:1.3}
.change{font-size:.875rem;color:var(--soft);font-variant-numeric:tabular-nums}
.cards .line{margin-top:auto;padding-top:.5rem}
.up,.down{font-weight:600}
.good{color:var(--up)}
.bad{color:var(--down)}
.up::before{content:"\25B2\A0";font-size:.7em}
.down::before{content:"\25BC\A0";font-size:.7em}
.spark{display:block;width:100%;height:1.75rem;overflow:visible}
.spark .line{stroke-width:1.5}
.spark .dot{stroke-width:4}
.panel{padding:1.25rem}
fieldset{position:relative;display:flex;flex-wrap:wrap;gap:.4rem;min-width:0;margin:0;padding:0;
border:0}
legend{float:left;padding:0;font-size:.875rem;color:var(--soft);margin-bottom:.5rem}
.choice{position:relative;flex:none}
input{position:absolute;inset:0;width:100%;height:100%;opacity:0;margin:0;cursor:pointer;scroll-margin:1rem}
label{display:block;font-size:.875rem;line-height:1.2;padding:.45rem .8rem;border:1px solid var(--line);
border-radius:2rem;color:var(--soft);cursor:pointer;white-space:nowrap}
.choice:hover label{border-color:var(--edge);color:var(--ink)}
input:checked+label{background:var(--ink);border-color:var(--ink);color:var(--card)}
:focus-visible,input:focus-visible+label{outline:3px solid var(--main);outline-offset:2px}
.order{margin-top:1rem}
@supports selector(:has(a)){.order{display:none}
.orders:has(.o0:checked) .l0,.orders:has(.o1:checked) .l1,.orders:has(.o2:checked) .l2,
.orders:has(.o3:checked) .l3,.orders:has(.o4:checked) .l4,.orders:has(.o5:checked) .l5,
.orders:has(.o6:checked) .l6,.orders:has(.o7:checked) .l7{display:block}}
figcaption{font-weight:650;font-size:1.0625rem;margin-top:1.5rem}
figcaption span{font-weight:400;color:var(--soft)}
.plot{position:relative;padding:2rem .25rem 0 3.5rem}
.box{position:relative;height:16rem}
.box svg{position:absolute;width:100%;height:100%;overflow:visible}
.ticks{position:absolute;left:3.5rem;right:.25rem;top:2rem;height:16rem}
.ticks span{position:absolute;left:0;right:0;border-bottom:1px solid var(--line);line-height:0;
text-indent:-3.5rem;font-size:.8125rem;color:var(--soft);font-variant-numeric:tabular-nums}
.charts{display:flex;flex-direction:column}
.charts>*{min-width:0}
.chart{order:1}
.axis{order:3;padding:.5rem .25rem 0 3.5rem}
.key{order:3}
.weekdays{order:4;margin-top:1.25rem}
.second{margin-top:.75rem}
.second fieldset{margin-top:.75rem}
.days{position:relative;height:1.75rem}
.days span{position:absolute;transform:translateX(-50%);font-size:.8125rem;color:var(--soft);
white-space:nowrap}
path{fill:none;vector-effect:non-scaling-stroke}
path.line{stroke:var(--main);stroke-width:2.25;stroke-linejoin:round;stroke-linecap:round}
path.dashed{stroke-dasharray:2 5}
path.dot{stroke:var(--main);stroke-width:7;stroke-linecap:round}
path.area{fill:var(--tint)}
path.before{stroke:var(--edge);stroke-width:1.75;stroke-dasharray:5 4}
.weekend{fill:var(--rest)}
.band{position:absolute;top:0;bottom:0;border-radius:.25rem}
.band,.key .missing,.key .estimate{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.band.processing,.band.before_business_created,.key .missing{
background:repeating-linear-gradient(135deg,var(--line) 0 2px,transparent 2px 8px)}
.band.estimate{background:var(--note)}
.readouts{position:absolute;inset:0;display:flex}
.readouts i{flex:1}
.readouts i:hover{background:linear-gradient(90deg,transparent calc(50% - .5px),
var(--edge) calc(50% - .5px) calc(50% + .5px),transparent calc(50% + .5px))}
.readouts b{display:none;position:absolute;right:0;top:-2.1rem;padding:.15rem .6rem;
border-radius:.4rem;background:var(--ink);color:var(--card);font-size:.875rem;font-weight:600;
white-space:nowrap;font-variant-numeric:tabular-nums}
.readouts i:hover b{display:block}
.key{display:flex;flex-wrap:wrap;gap:.3rem 1.25rem;font-size:.8125rem;color:var(--soft)}
.key{margin:.5rem 0 0 3.5rem}
.key i{display:inline-block;width:1.5rem;height:.75rem;margin-right:.4rem}
.key .final{height:0;border-top:2.25px solid var(--main);vertical-align:middle}
.key .estimate{background:var(--note);border-top:2.25px dotted var(--main)}
.key .missing{border:1px solid var(--line)}
.key .before{height:0;border-top:1.75px dashed var(--edge);vertical-align:middle}
details{margin-top:1.25rem}
summary{cursor:pointer;font-weight:600;font-size:.9375rem;width:fit-content;border-radius:.25rem}
.scroll{overflow-x:auto;margin-top:.75rem;border-radius:.25rem;background:
linear-gradient(90deg,var(--card) 40%,transparent) 0 0/2.5rem 100% no-repeat local,
linear-gradient(270deg,var(--card) 40%,transparent) 100% 0/2.5rem 100% no-repeat local,
linear-gradient(90deg,var(--shade),transparent) 0 0/.75rem 100% no-repeat scroll,
linear-gradient(270deg,var(--shade),transparent) 100% 0/.75rem 100% no-repeat scroll}
table{border-collapse:collapse;min-width:100%;font-size:.9375rem;
font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:.875rem;padding-bottom:.5rem}
th,td{padding:.5rem .75rem;text-align:right;border-bottom:1px solid var(--line);
vertical-align:baseline;white-space:nowrap}
tbody tr:last-child>*{border-bottom:0}
thead th{font-size:.8125rem;line-height:1.3;color:var(--soft);font-weight:600;
vertical-align:bottom;white-space:normal;min-width:5.5rem}
th:first-child,td:first-child{padding-left:0}
tbody th{font-weight:500}
tbody th,thead th:first-child{text-align:left}
.top thead th:nth-child(2){text-align:left}
.top tbody th{min-width:12rem;max-width:26rem;white-space:normal;overflow-wrap:anywhere}
.top thead th:first-child{min-width:2rem}
.top td:first-child{text-align:left;color:var(--soft)}
th small{font-weight:400;color:var(--soft);white-space:nowrap}
.change span{display:inline-block;max-width:100%;overflow-wrap:anywhere}
td.bar{position:relative;padding-left:6.25rem}
.bar svg{position:absolute;left:.75rem;top:calc(50% - .25rem);width:5rem;height:.5rem}
.bar rect{fill:var(--main)}
.splits{display:grid;gap:1rem;grid-template-columns:minmax(0,1fr)}
.splits h3{font-size:1.0625rem;color:var(--ink);margin:0 0 .75rem}
.split tbody th{white-space:normal;overflow-wrap:break-word;min-width:7rem;max-width:16rem}
.split .spark{width:7rem}
.csv{margin-top:.75rem;font-size:.875rem}
a{color:var(--main)}
th img{vertical-align:middle;object-fit:cover;border-radius:.25rem}
.meanings{margin-top:.75rem;display:grid;gap:.75rem 2rem;
grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr))}
.meanings dt{font-weight:600;font-size:.9375rem}
.meanings dd{color:var(--soft);font-size:.9375rem;overflow-wrap:anywhere}
@media (max-width:40rem){
header,main,footer{padding-left:1rem;padding-right:1rem}
header{padding-top:1.5rem}
h1{font-size:1.7rem}
h2{margin-top:2.25rem}
.cards{grid-template-columns:repeat(2,minmax(0,1fr));gap:.5rem}
.cards>div{padding:.7rem .8rem}
.figure{font-size:1.3rem}
.figure.l1{font-size:1.05rem}
.figure.l2{font-size:.8125rem}
.figure.l3{font-size:.75rem}
.panel{padding:1rem}
.scroll:has(th:nth-child(2))::before{content:var(--sideways) " \2192";position:sticky;left:0;
display:block;width:fit-content;font-size:.8125rem;color:var(--soft)}
fieldset{flex-wrap:nowrap;overflow-x:auto;padding:.3rem;margin:-.3rem;scroll-padding:1rem}
.choice:has(:checked){position:sticky;left:.3rem;right:.3rem;z-index:1}
label{padding:.7rem .9rem}
.plot{padding-left:2.75rem}
.ticks{left:2.75rem}
.axis{padding-left:2.75rem}
.ticks span{text-indent:-2.75rem}
.box,.ticks{height:12rem}
.days span:nth-child(even){display:none}
.key{margin-left:0}
.top tbody th{min-width:10rem}
}
@media (forced-colors:active){
input:checked+label{forced-color-adjust:none;background:Highlight;color:HighlightText;
border-color:Highlight}
.band,.key .missing,.key .estimate{forced-color-adjust:none;background:Canvas}
.band.processing,.band.before_business_created,.key .missing{border:1px dotted CanvasText}
.band.estimate,.key .estimate{border:1px dashed CanvasText}
.readouts b{border:1px solid CanvasText}
}
@media print{
@page{margin:10mm}
body{font-size:.75rem}
header,main,footer{max-width:none;padding:0}
h2{margin-top:1.5rem;break-after:avoid}
h3{break-after:avoid}
fieldset,details:not([open]),.second,.readouts,.csv{display:none}
.cards{grid-template-columns:repeat(5,minmax(0,1fr));gap:.4rem}
.cards>div,tr,figure{break-inside:avoid}
.cards>div{padding:.5rem .6rem}
.figure,.figure.l1{font-size:1.05rem}
.figure.l2,.figure.l3{font-size:.8125rem}
.box,.ticks{height:11rem}
.panel{padding:.6rem}
.scroll{overflow:visible;background:none}
.scroll::before{display:none}
small,caption,.about,.change,.cards dt{font-size:.7rem}
table,thead th,table small{font-size:.6rem}
thead th{min-width:0;overflow-wrap:anywhere}
th,td{padding:.2rem}
tbody th,tbody td{white-space:normal}
.top tbody th{min-width:0;max-width:12rem}
.split tbody th{min-width:4rem;max-width:8rem}
.key{margin-left:0}
td.bar{padding-left:2.4rem}
.bar svg{left:.2rem;width:2rem}
.lines{display:none}
}
)css";

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_STYLE_H_
