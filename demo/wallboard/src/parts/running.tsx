import { memo, useLayoutEffect, useRef } from 'react'
import { eachSecond } from '../ticker.js'

/** A text that changes by itself every second. */
export const Running = memo(function Running({ text, className }: { text: () => string; className?: string }) {
  const place = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => {
    const write = () => {
      const now = text()
      if (place.current !== null && place.current.textContent !== now) place.current.textContent = now
    }
    write()
    return eachSecond(write)
  }, [text])
  return <span ref={place} className={className} />
})
