import { useWords } from '../words/use-words.js'

/** The mark of a stale entry in words, for viewers who do not see its dashes and paleness. */
export function StaleMark() {
  const words = useWords()
  return (
    <span className="stale-mark" title={words.staleLong}>
      {words.stale}
    </span>
  )
}
