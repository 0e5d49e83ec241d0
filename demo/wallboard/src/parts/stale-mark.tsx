import { useWords } from '../words/use-words.js'

/** Says in words what the dashes and the paleness say to the eye. */
export function StaleMark() {
  const words = useWords()
  return (
    <span className="stale-mark" title={words.staleLong}>
      {words.stale}
    </span>
  )
}
