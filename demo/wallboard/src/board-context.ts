import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Store } from 'viptel-pbx'
import type { Board } from './live/board.js'

const context = createContext<Board | undefined>(undefined)

export const BoardProvider = context.Provider

export function useBoard(): Board {
  const board = useContext(context)
  if (board === undefined) throw new Error('There is no board around this part.')
  return board
}

/** The value of a store of the board. React draws a part again only when the value has changed. */
export const useStore = <T>(store: Store<T>): T => useSyncExternalStore(store.subscribe, store.getSnapshot)
