import type { ReactNode } from 'react'

/** A part of the board with its heading, which scrolls by itself, also by keyboard. */
export function Scroller({
  name,
  heading,
  count,
  dense = false,
  children,
}: {
  name: string
  heading: string
  count?: string
  dense?: boolean
  children: ReactNode
}) {
  return (
    <section className={`panel ${name}${dense ? ' dense' : ''}`} aria-labelledby={`${name}-heading`}>
      <h2 id={`${name}-heading`}>
        {heading} {count !== undefined && <span className="count">{count}</span>}
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="scroller" tabIndex={0} aria-labelledby={`${name}-heading`}>
        {children}
      </section>
    </section>
  )
}
