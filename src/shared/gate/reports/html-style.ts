/** The page's whole style: nothing is fetched, and both colour schemes have contrast enough for small text. */
export const htmlStyle = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1f2328;--soft:#59636e;--line:#d1d9e0;--panel:#f6f8fa;--pass:#1a7f37;--bad:#cf222e;--open:#9a6700;--band:#ddf4e4}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#f0f6fc;--soft:#9198a1;--line:#3d444d;--panel:#151b23;--pass:#3fb950;--bad:#f85149;--open:#d29922;--band:#12321c}}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
main{max-width:1080px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:1.5rem;margin:0 0 4px}h2{font-size:1.15rem;margin:32px 0 8px}h3{font-size:1rem;margin:20px 0 8px}
.verdict{border-left:6px solid var(--open);background:var(--panel);padding:12px 16px;margin:16px 0;font-size:1.05rem}
.verdict.pass{border-color:var(--pass)}.verdict.regressed{border-color:var(--bad)}
.soft{color:var(--soft)}.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:6px 10px;border-bottom:1px solid var(--line);vertical-align:top}
td.n,th.n{text-align:right;white-space:nowrap}
td.pass{color:var(--pass);font-weight:600}td.regressed{color:var(--bad);font-weight:600}td.inconclusive,td.notEvaluated{color:var(--open);font-weight:600}
details{border:1px solid var(--line);border-radius:6px;margin:8px 0;padding:0 12px}summary{cursor:pointer;padding:8px 0}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(260px,1fr));gap:12px;padding-bottom:12px}
pre{background:var(--panel);padding:10px;border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere;margin:4px 0;font:13px/1.45 ui-monospace,monospace}
.charts{display:grid;grid-template-columns:minmax(6rem,14rem) minmax(0,480px);gap:2px 12px;align-items:center;overflow-wrap:anywhere}tbody th{white-space:nowrap}svg{max-width:100%;height:auto;display:block}svg text{fill:var(--fg);font:12px system-ui,sans-serif}
.range{stroke:var(--fg);stroke-width:2}.mark{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 3}.band{fill:var(--band)}
.at{fill:var(--soft)}svg .pass{fill:var(--pass)}svg .regressed{fill:var(--bad)}svg .inconclusive,svg .notEvaluated{fill:var(--open)}
`;
