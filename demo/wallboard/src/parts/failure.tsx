import { useWords } from '../words/use-words.js'

export function Failure({ detail }: { detail: string }) {
  const words = useWords()
  return (
    <main className="failure">
      <h1>{words.title}</h1>
      <p role="alert">{words.notLoaded(detail)}</p>
    </main>
  )
}
