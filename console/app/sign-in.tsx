/** For servers that answer nobody whom they do not know: a pair of keys, kept for this tab. */
import { useSignal } from '@preact/signals'
import { signIn } from '../server/keys.ts'

export function SignIn() {
  const problem = useSignal('')
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const given = new FormData(event.currentTarget as HTMLFormElement)
    const text = (name: string): string => String(given.get(name) ?? '').trim()
    const [accessKeyId, secretAccessKey, sessionToken] = [text('id'), text('secret'), text('token')]
    if (accessKeyId === '' || secretAccessKey === '') problem.value = 'Both the id and the secret are needed.'
    else signIn({ accessKeyId, secretAccessKey, ...(sessionToken !== '' && { sessionToken }) })
  }
  return (
    <main class="alone">
      <form class="card" onSubmit={submit}>
        <h1>Stator</h1>
        <p class="soft">This server answers those whom it knows. Your keys stay in this tab: what you do here is signed with them.</p>
        <label class="field">
          <span>Access key id</span>
          <input name="id" autocomplete="off" spellcheck={false} required />
        </label>
        <label class="field">
          <span>Secret access key</span>
          <input name="secret" type="password" autocomplete="off" required />
        </label>
        <label class="field">
          <span>Session token, if there is one</span>
          <input name="token" type="password" autocomplete="off" />
        </label>
        {problem.value !== '' && <p role="alert">{problem.value}</p>}
        <button type="submit" class="button is-main">
          Sign in
        </button>
      </form>
    </main>
  )
}
