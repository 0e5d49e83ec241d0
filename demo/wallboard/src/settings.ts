import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'
export type Language = 'en' | 'sk'

/** The choices of the viewer, kept on this machine. */
export interface Settings {
  readonly theme: Theme
  readonly language: Language
  /** Whether the column with the telephone is shown. */
  readonly phone: boolean
  /** Undefined stands for the one that the server suggests. */
  readonly extension?: string
}

const KEY = 'wallboard'
const listeners = new Set<() => void>()

function stored(): Partial<Settings> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>
  } catch {
    // no storage, or a foreign text in it
    return {}
  }
}

let settings: Settings = {
  theme: 'system',
  language: navigator.language.startsWith('sk') ? 'sk' : 'en',
  phone: true,
  ...stored(),
}

function apply(): void {
  document.documentElement.lang = settings.language
  document.documentElement.dataset['theme'] = settings.theme
}
apply()

export function change(some: Partial<Settings>): void {
  settings = { ...settings, ...some }
  apply()
  try {
    localStorage.setItem(KEY, JSON.stringify(settings))
  } catch {
    // without storage the choice lasts until the page is left
  }
  for (const listener of listeners) listener()
}

export const useSettings = (): Settings =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => settings,
  )
