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

/** Whether the system is dark, and the size of its letters: what a style sheet follows by itself and a canvas does not. */
export const useLook = (): string => useSyncExternalStore(subscribe, read)
