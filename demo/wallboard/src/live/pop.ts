import { BehaviorSubject, type Observable } from 'rxjs'
import type { Call, CallChange } from 'viptel-pbx'

/** A call that rings, or rang, at the viewer's telephone. */
export interface Pop {
  readonly call: Call
  /** The extension that it rang. */
  readonly extension: string
  readonly state: 'ringing' | 'answered' | 'elsewhere' | 'gone'
}

/** ms for which a call that is over stays. */
const LINGER = 8_000

export interface Pops {
  readonly pop$: Observable<Pop | undefined>
  take(change: CallChange): void
  /** Watches the telephone of an extension, and no other. */
  watch(extension: string): void
  dismiss(): void
}

export function createPops(): Pops {
  const pop$ = new BehaviorSubject<Pop | undefined>(undefined)
  let watched = ''
  let timer: ReturnType<typeof setTimeout> | undefined

  const show = (pop: Pop | undefined) => {
    clearTimeout(timer)
    pop$.next(pop)
    if (pop?.state === 'elsewhere' || pop?.state === 'gone') timer = setTimeout(() => pop$.next(undefined), LINGER)
  }
  const rings = (call: Call) =>
    call.legs.some(
      ({ callee, answeredAt, endedAt }) => callee === watched && answeredAt === undefined && endedAt === undefined,
    )
  const stateOf = (call: Call, { extension }: Pop): Pop['state'] => {
    const isOver = call.phase === 'ended' || call.phase === 'lost'
    if (rings(call) && !isOver) return 'ringing'
    if (call.answeredBy === extension) return isOver ? 'gone' : 'answered'
    return call.phase === 'answered' ? 'elsewhere' : 'gone'
  }

  return {
    pop$,
    take: ({ call, into }) => {
      if (call === undefined || watched === '') return
      const shown = pop$.value
      if (shown?.call.id === call.id) {
        const current = into ?? call
        const next = { ...shown, call: current, state: stateOf(current, shown) }
        // a change that the viewer cannot see is not shown again
        if (next.state !== shown.state || current !== call) show(next)
      } else if (rings(call) && shown?.state !== 'ringing') show({ call, extension: watched, state: 'ringing' })
    },
    watch: extension => {
      watched = extension
      show(undefined)
    },
    dismiss: () => show(undefined),
  }
}
