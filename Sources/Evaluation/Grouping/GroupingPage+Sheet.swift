extension GroupingPage {
    /// Colours have a contrast of 4.5 to 1 and more on both grounds.
    static let sheet: StaticString = """
        :root { color-scheme: light dark; --ground: #fff; --panel: #f4f5f7; --ink: #1b1f24; --soft: #57606a;
          --line: #d5d9de; --accent: #0b5cad; --span: #9cc3ea; --care: #fff4d6 }
        @media (prefers-color-scheme: dark) {
          :root { --ground: #14171a; --panel: #1e2328; --ink: #e7eaee; --soft: #a3adb8; --line: #363d45;
            --accent: #7db8f5; --span: #2f5f92; --care: #3a3218 } }
        * { box-sizing: border-box }
        body { margin: 0 auto; max-width: 72rem; padding: 1rem clamp(1rem, 4vw, 2.5rem) 4rem;
          background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
          overflow-wrap: break-word }
        h1 { font-size: 1.7rem; line-height: 1.2; margin: 1rem 0 .3rem }
        h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line) }
        h3 { font-size: 1rem; margin: 0 }
        p, li { max-width: 44rem }
        .subtitle { color: var(--soft); margin-top: 0 }
        .care { background: var(--care); padding: .5rem .8rem; border-radius: .4rem }
        .tiles { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); margin: 0 }
        .tile { background: var(--panel); border-radius: .5rem; padding: .8rem 1rem; display: flex;
          flex-direction: column; justify-content: space-between }
        dt { color: var(--soft); font-size: .9rem } dd { margin: .3rem 0 0 }
        dd strong { display: block; font-size: 1.6rem; line-height: 1.2 } dd span { color: var(--soft);
          font-size: .85rem }
        .table { overflow-x: auto; margin: 1.5rem 0 }
        .table:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
        table { border-collapse: separate; border-spacing: 0; font-size: .9rem; font-variant-numeric: tabular-nums }
        caption { text-align: left; font-weight: 600; font-size: 1rem; padding-bottom: .3rem }
        th, td { padding: .35rem .5rem; border-bottom: 1px solid var(--line); text-align: right;
          vertical-align: top; white-space: nowrap }
        th:first-child { text-align: left; padding-left: 0; white-space: normal; min-width: 8rem;
          position: sticky; left: 0; background: var(--ground) padding-box }
        thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; white-space: normal }
        tbody th { font-weight: 400 }
        td small, .none { color: var(--soft) }
        svg { display: block; width: 100%; min-width: 7rem; height: .5rem; margin-top: .2rem }
        .track { fill: var(--line) } .span { fill: var(--span) } .mark { fill: var(--accent) }
        .examples { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)) }
        article { background: var(--panel); border-radius: .5rem; padding: 1rem; min-width: 0 }
        article p { color: var(--soft); font-size: .9rem; margin: .2rem 0 .8rem }
        .row { display: flex; flex-wrap: wrap; gap: .6rem }
        .row figure { width: 8.4rem } .faces { grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)) }
        figure { margin: 0 }
        img, .blank { display: block; width: 100%; aspect-ratio: 1; object-fit: cover; border-radius: .3rem;
          background: var(--line) }
        .blank { display: grid; place-items: center; color: var(--soft); font-size: .85rem }
        figcaption { font-size: .8rem; color: var(--soft); margin-top: .2rem; line-height: 1.35;
          overflow-wrap: anywhere }
        @media (max-width: 40rem) { td small { display: block } svg { min-width: 5rem }
          th:first-child { min-width: 6.5rem } .row figure { width: calc(50% - .3rem) } }
        @media print { article, figure, tr { break-inside: avoid } }
        """
}
