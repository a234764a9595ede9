#ifndef PINMETRICS_SRC_EXPORT_HTML_STYLE_H_
#define PINMETRICS_SRC_EXPORT_HTML_STYLE_H_

namespace pinmetrics {

/// The page's style sheet. Contrast is at least 4.5 for text and 3 for lines, in light and dark.
/// Holds no < and no &, so that the page stays well-formed XML.
inline constexpr char kHtmlStyle[] = R"css(
:root{--page:#f6f5f2;--card:#fff;--ink:#1c1d20;--soft:#5c6068;--line:#e4e2dc;--edge:#8b8f97;
--main:#2759cf;--tint:#2759cf1c;--up:#0a6a3c;--down:#b3261e;--note:#fbf1d9;--note-ink:#5a4405;
--k0:#2759cf;--k1:#c65a06;--k2:#0b8467;--k3:#8347bb;--k4:#bf2f76;--k5:#6b7280;--k6:#8f7200;
--k7:#1b86ab;--k8:#9c452d;--k9:#5566d6;--k10:#4a780e;--k11:#a84fc6}
@media (prefers-color-scheme:dark){:root{--page:#121316;--card:#1b1d21;--ink:#ecedef;--soft:#a5abb5;
--line:#30333a;--edge:#727985;--main:#8fb3ff;--tint:#8fb3ff2e;--up:#6fd49c;--down:#ff9d92;
--note:#33290f;--note-ink:#f2dca3;--k0:#8fb3ff;--k1:#ffa05c;--k2:#4fd0ae;--k3:#c79bf2;--k4:#ff8cc0;
--k5:#a5abb5;--k6:#d8b93c;--k7:#66c6e6;--k8:#e59378;--k9:#a3adff;--k10:#a0d058;--k11:#dd98f5}}
@media print{:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--edge:#777;
--main:#2759cf;--tint:#2759cf1c;--up:#0a6a3c;--down:#b3261e;--note:#f4f4f4;--note-ink:#000;
--k0:#2759cf;--k1:#c65a06;--k2:#0b8467;--k3:#8347bb;--k4:#bf2f76;--k5:#6b7280;--k6:#8f7200;
--k7:#1b86ab;--k8:#9c452d;--k9:#5566d6;--k10:#4a780e;--k11:#a84fc6}}
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
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(10.25rem,1fr));gap:.75rem}
.cards>div,.panel{background:var(--card);border:1px solid var(--line);border-radius:.75rem}
.cards>div{display:flex;flex-direction:column;padding:.85rem 1rem .8rem}
.cards dt{font-size:.875rem;color:var(--soft);line-height:1.35}
.figure{font-size:1.6rem;line-height:1.25;font-weight:650;letter-spacing:-.015em;
font-variant-numeric:tabular-nums;white-space:nowrap}
.change{font-size:.875rem;color:var(--soft);font-variant-numeric:tabular-nums}
.cards .line{margin-top:auto;padding-top:.5rem}
.up{color:var(--up);font-weight:600}
.down{color:var(--down);font-weight:600}
.up::before{content:"\25B2\A0";font-size:.7em}
.down::before{content:"\25BC\A0";font-size:.7em}
.spark{display:block;width:100%;height:1.75rem;overflow:visible}
.spark .line{stroke-width:1.5}
.panel{padding:1.25rem}
fieldset{position:relative;display:flex;flex-wrap:wrap;gap:.4rem;min-width:0;margin:0;padding:0;
border:0}
legend{float:left;padding:0;font-size:.875rem;color:var(--soft);margin-bottom:.5rem}
input{position:absolute;opacity:0;margin:0}
label{font-size:.875rem;line-height:1.2;padding:.45rem .8rem;border:1px solid var(--line);
border-radius:2rem;color:var(--soft);cursor:pointer;white-space:nowrap}
label:hover{border-color:var(--edge);color:var(--ink)}
input:checked+label{background:var(--ink);border-color:var(--ink);color:var(--card)}
:focus-visible,input:focus-visible+label{outline:3px solid var(--main);outline-offset:2px}
figcaption{font-weight:650;font-size:1.0625rem;margin-top:1.5rem}
figcaption span{font-weight:400;color:var(--soft)}
.plot{position:relative;padding:2rem .25rem 0 3.5rem}
.box{position:relative;height:16rem}
.box svg{position:absolute;width:100%;height:100%;overflow:visible}
.ticks{position:absolute;left:3.5rem;right:.25rem;top:2rem;height:16rem}
.ticks span{position:absolute;left:0;right:0;border-bottom:1px solid var(--line);line-height:0;
text-indent:-3.5rem;font-size:.8125rem;color:var(--soft);font-variant-numeric:tabular-nums}
.days{position:relative;height:1.75rem;margin-top:.5rem}
.days span{position:absolute;transform:translateX(-50%);font-size:.8125rem;color:var(--soft);
white-space:nowrap}
path{fill:none;vector-effect:non-scaling-stroke}
path.line{stroke:var(--main);stroke-width:2.25;stroke-linejoin:round;stroke-linecap:round}
path.dashed{stroke-dasharray:2 5}
path.area{fill:var(--tint)}
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
.key,.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.25rem;font-size:.8125rem;color:var(--soft)}
.key{margin:.5rem 0 0 3.5rem}
.key i{display:inline-block;width:1.5rem;height:.75rem;margin-right:.4rem}
.key .final{height:0;border-top:2.25px solid var(--main);vertical-align:middle}
.key .estimate{background:var(--note);border-top:2.25px dotted var(--main)}
.key .missing{border:1px solid var(--line)}
details{margin-top:1.25rem}
summary{cursor:pointer;font-weight:600;font-size:.9375rem;width:fit-content;border-radius:.25rem}
.scroll{overflow-x:auto;margin-top:.75rem;border-radius:.25rem}
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
th small,td small{font-weight:400;color:var(--soft);white-space:nowrap}
td small{display:block}
.bar{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.top .bar{min-width:8rem;
background:linear-gradient(var(--tint),var(--tint)) 0 50%/var(--part) 70% no-repeat}
.splits{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,28rem),1fr));
align-items:start}
.splits .panel{min-width:0}
.splits h3{font-size:1.0625rem;color:var(--ink);margin:0 0 .75rem}
.shares{display:flex;gap:2px;height:.875rem;margin-bottom:.6rem}
.shares span{min-width:2px;border-radius:.2rem}
.shares span,.legend i{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.legend i{display:inline-block;width:.7rem;height:.7rem;border-radius:.2rem;margin-right:.4rem}
.legend b{color:var(--ink);font-variant-numeric:tabular-nums}
.split .bar{padding-bottom:.75rem;
background:linear-gradient(var(--k),var(--k)) .75rem calc(100% - .35rem)/calc((100% - 1.5rem)*var(--share)) 3px no-repeat}
.split tbody th{white-space:normal;min-width:8rem}
.split .lines td{min-width:6.5rem;vertical-align:middle}
.split .lines .line{stroke:var(--k)}
.meanings{margin-top:.75rem;display:grid;gap:.75rem 2rem;
grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr))}
.meanings dt{font-weight:600;font-size:.9375rem}
.meanings dd{color:var(--soft);font-size:.9375rem;overflow-wrap:anywhere}
.k0{background:var(--k0)}.k1{background:var(--k1)}.k2{background:var(--k2)}
.k3{background:var(--k3)}.k4{background:var(--k4)}.k5{background:var(--k5)}
.k6{background:var(--k6)}.k7{background:var(--k7)}.k8{background:var(--k8)}
.k9{background:var(--k9)}.k10{background:var(--k10)}.k11{background:var(--k11)}
.split td:nth-child(2){--k:var(--k0)}.split td:nth-child(3){--k:var(--k1)}
.split td:nth-child(4){--k:var(--k2)}.split td:nth-child(5){--k:var(--k3)}
.split td:nth-child(6){--k:var(--k4)}.split td:nth-child(7){--k:var(--k5)}
.split td:nth-child(8){--k:var(--k6)}.split td:nth-child(9){--k:var(--k7)}
.split td:nth-child(10){--k:var(--k8)}.split td:nth-child(11){--k:var(--k9)}
.split td:nth-child(12){--k:var(--k10)}.split td:nth-child(13){--k:var(--k11)}
@media (max-width:40rem){
header,main,footer{padding-left:1rem;padding-right:1rem}
header{padding-top:1.5rem}
h1{font-size:1.7rem}
h2{margin-top:2.25rem}
.cards{grid-template-columns:repeat(2,minmax(0,1fr));gap:.5rem}
.cards>div{padding:.7rem .8rem}
.figure{font-size:1.3rem}
.panel{padding:1rem}
fieldset{flex-wrap:nowrap;overflow-x:auto;padding:.3rem;margin:-.3rem}
label{padding:.7rem .9rem}
.plot{padding-left:2.75rem}
.ticks{left:2.75rem}
.ticks span{text-indent:-2.75rem}
.box,.ticks{height:12rem}
.days span:nth-child(even){display:none}
.key{margin-left:0}
.top tbody th{min-width:10rem}
}
@media print{
@page{margin:14mm}
body{font-size:.75rem}
header,main,footer{max-width:none;padding:0}
h2{margin-top:1.5rem;break-after:avoid}
fieldset,details:not([open]),.readouts{display:none}
.cards{grid-template-columns:repeat(5,1fr);gap:.4rem}
.cards>div,.panel,tr,figure{break-inside:avoid}
.cards>div{padding:.5rem .6rem}
.figure{font-size:1.15rem}
.box,.ticks{height:11rem}
.scroll{overflow:visible}
.top tr>:nth-child(n+8){display:none}
.scroll:has(.top th:nth-child(8))::after{content:"Not all metrics fit on paper.";color:var(--soft)}
table,small,caption,thead th,.about,.change,.cards dt{font-size:.7rem}
th,td{padding:.25rem .4rem}
.top tbody th{min-width:0}
.splits{grid-template-columns:1fr 1fr}
}
)css";

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_STYLE_H_
