// @ts-check
/**
 * The login form, in both languages of the wallboard. The page needs no script.
 *
 * @param {boolean} failed whether a login has just failed
 */
export const loginPage = failed => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Wallboard: log in</title>
<link rel="stylesheet" href="/login.css">
<main>
<h1>Wallboard</h1>
${failed ? '<p role="alert">The name or the password is wrong. <span lang="sk">Nesprávne meno alebo heslo.</span></p>' : ''}
<form method="post" action="/login">
<label>Name <span lang="sk">· Meno</span> <input name="name" autocomplete="username" required autofocus></label>
<label>Password <span lang="sk">· Heslo</span> <input name="password" type="password" autocomplete="current-password" required></label>
<button>Log in <span lang="sk">· Prihlásiť sa</span></button>
</form>
</main>
</html>
`

export const LOGIN_STYLE = `:root { color-scheme: light dark; font: 18px/1.5 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center }
form, label { display: grid; gap: .5rem }
form { gap: 1rem; width: 20rem }
input, button { font: inherit; padding: .5rem }
`
