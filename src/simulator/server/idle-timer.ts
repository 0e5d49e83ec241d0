/** Runs out when nothing has come from a client for too long. */
export interface IdleClock {
  /** Something came: it begins anew. */
  heard(): void
  /** From now on so many ms; undefined for no end. It begins anew. */
  setLimit(limit: number | undefined): void
  end(): void
}

export function createIdleClock(ranOut: () => void): IdleClock {
  let limit: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const heard = () => {
    clearTimeout(timer)
    if (limit !== undefined) timer = setTimeout(ranOut, limit)
  }
  return {
    heard,
    setLimit: given => {
      limit = given
      heard()
    },
    end: () => {
      limit = undefined
      clearTimeout(timer)
    },
  }
}
