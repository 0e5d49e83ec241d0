import { memo, type ReactNode } from 'react'

/** One big number with its name, and a note on how certain it is. */
export const Figure = memo(function Figure({
  name,
  value,
  note,
  tone = '',
  title,
}: {
  name: string
  value: ReactNode
  note: string
  tone?: string
  title?: string
}) {
  return (
    <div className={`figure ${tone}`} title={title}>
      <dt>{name}</dt>
      <dd className="value">{value}</dd>
      <dd className="note">{note}</dd>
    </div>
  )
})
