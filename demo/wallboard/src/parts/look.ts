import { useSyncExternalStore } from 'react'

const DARK = '(prefers-color-scheme: dark)'

const read = () => `${matchMedia(DARK).matches} ${getComputedStyle(document.documentElement).fontSize}`

const subscribe = (listener: () => void) => {
  const dark = matchMedia(DARK)
  dark.addEventListener('change', listener)
  addEventListener('resize', listener)
  return () => {
    dark.removeEventListener('change', listener)
    removeEventListener('resize', listener)
  }
}

/**
 * The system's colour scheme and size of letters, as a key. A style sheet follows them by itself; a canvas does not.
 */
export const useLook = (): string => useSyncExternalStore(subscribe, read)
