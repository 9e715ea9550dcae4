internal import HTTP

/// Where the links of invitations and of lost passwords lead: one field for a new password.
///
/// The link's token stands behind the `#`, which no browser sends along: it is in no log, here or at a proxy.
enum PasswordPage {
    static let path = "/password"

    static var table: [Listed] {
        [
            listed("passwordPage", path, "A page to set a password by a link", html, "text/html"),
            listed(
                "passwordPageScript", path + ".js", "What the page of a link does", script, "text/javascript"),
            listed("passwordPageStyle", path + ".css", "How the page of a link looks", style, "text/css"),
        ]
    }

    private static func listed(
        _ name: String, _ path: String, _ summary: String, _ text: String, _ kind: String
    ) -> Listed {
        let type = kind + "; charset=utf-8"
        var hasher = Hasher()
        hasher.combine(text)
        // Good until the next start, which may bring another text.
        let asset = Asset(Array(text.utf8), type: type, tag: "\"\(UInt(bitPattern: hasher.finalize()))\"")
        return Listed(
            name, .get, path, .everybody,
            Says(summary, gives: [200: .bytes(types: [type]), 304: .nothing])
        ) { _ throws(Refusal) in
            Reply(200, [policy, Header("Cache-Control", "no-cache")], content: .asset(asset))
        }
    }

    private static let policy = Header(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'none'; "
            + "base-uri 'none'; frame-ancestors 'none'")

    private static let html = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Set your password · Likeness</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/password.css">
        <main>
          <h1>Set your password</h1>
          <form>
            <label for="password">New password</label>
            <input id="password" type="password" autocomplete="new-password" required
              aria-describedby="hint said" autofocus>
            <p id="hint">At least ten letters. Three or four words that have nothing to do with each other are easy to
              remember and hard to guess.</p>
            <label class="choice"><input id="shown" type="checkbox"> Show it</label>
            <button>Set password</button>
          </form>
          <p id="said" role="status" aria-live="polite"></p>
          <noscript><p>This page needs JavaScript, so that the link's secret stays with you.</p></noscript>
        </main>
        <script src="/password.js"></script>

        """

    private static let script = """
        const token = location.hash.slice(1)
        const form = document.querySelector("form")
        const field = document.getElementById("password")
        const said = document.getElementById("said")

        function say(words, isFault) {
          said.textContent = words
          said.className = isFault ? "fault" : "done"
          field.setAttribute("aria-invalid", isFault)
        }

        function end(words, isFault) {
          form.hidden = true
          say(words, isFault)
        }

        if (!token) end("This link is not whole. Open it once more as it was sent to you, or ask for another one.", true)

        document.getElementById("shown").addEventListener("change", event => {
          field.type = event.target.checked ? "text" : "password"
        })

        form.addEventListener("submit", async event => {
          event.preventDefault()
          const button = form.querySelector("button")
          button.disabled = true
          say("Setting it …", false)
          try {
            const answer = await fetch("/api/v1/password/reset", {
              method: "POST",
              headers: { "Content-Type": "application/json" },
              body: JSON.stringify({ token, new: field.value }),
            })
            if (answer.status === 204) {
              history.replaceState(null, "", location.pathname)
              end("Your password is set, and whoever was signed in with an older one is signed out. You can close this page.", false)
            } else {
              const { error } = await answer.json()
              if (error.code === "no_such_code") end("This link was used already, or is too old. Ask for another one.", true)
              else say(error.message, true)
            }
          } catch {
            say("Likeness could not be reached. Please try again in a moment.", true)
          }
          button.disabled = false
          if (!form.hidden) field.focus()
        })

        """

    private static let style = """
        :root { color-scheme: light dark; --ink: #1d1d1f; --soft: #5f5f66; --paper: #f6f5f3; --card: #fff; --line: #b9b7b2;
          --deed: #1f5f8b; --deed-ink: #fff; --fault: #a3261b; --done: #1e6b3a }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #f1f0ee; --soft: #b3b1ac; --paper: #161618; --card: #222225; --line: #5c5b60; --deed: #8cc4ea;
            --deed-ink: #10202b; --fault: #ff9d92; --done: #8fd6a8 }
        }
        * { box-sizing: border-box }
        body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--paper);
          color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif }
        main { width: 100%; max-width: 26rem; padding: 2rem; background: var(--card); border-radius: 1rem;
          box-shadow: 0 1px 3px rgb(0 0 0 / .2) }
        h1 { margin: 0 0 1.25rem; font-size: 1.5rem; line-height: 1.2 }
        label { display: block; font-weight: 600 }
        input:not([type=checkbox]) { width: 100%; margin-top: .375rem; padding: .625rem .75rem; font: inherit;
          color: inherit; background: transparent; border: 1px solid var(--line); border-radius: .5rem }
        .choice { font-weight: 400; padding: .375rem 0 }
        .choice input { width: 1.125rem; height: 1.125rem; vertical-align: -.125rem; margin: 0 .375rem 0 0 }
        button { width: 100%; margin-top: .75rem; padding: .75rem; font: inherit; font-weight: 600; color: var(--deed-ink);
          background: var(--deed); border: 0; border-radius: .5rem; cursor: pointer }
        button:disabled { opacity: .6; cursor: progress }
        :focus-visible { outline: 3px solid var(--deed); outline-offset: 2px }
        #hint { margin: .5rem 0; color: var(--soft); font-size: .9375rem }
        #said { margin: 1rem 0 0; font-weight: 600 }
        #said:empty { margin: 0 }
        form[hidden] + #said { margin-top: 0 }
        .fault { color: var(--fault) }
        .done { color: var(--done) }

        """
}
