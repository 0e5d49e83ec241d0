import { filter, firstValueFrom, fromEvent, map, merge, type Observable, ReplaySubject, takeUntil, timer } from 'rxjs'
import {
  type ConnectionLoss,
  type ConnectionStatus,
  LoginRejectedError,
  type PbxClient,
  PbxError,
  type PbxResponse,
} from '../../index.js'
import { EXIT } from '../exit-codes.js'
import { causesAtGreeting, causesAtLogin, causesAtPbx, causesOfMissingPort } from './causes.js'
import { StepFailure } from './step.js'

/**
 * The steps from the WebSocket on, taken by a client. Each gives a line for the user; all throw {@link StepFailure}.
 */
export interface Session {
  greeting(signal: AbortSignal): Promise<string>
  login(signal: AbortSignal): Promise<string>
  /** @param wait ms to listen for a complaint */
  pbx(signal: AbortSignal, wait: number): Promise<string>
}

type Status<S extends ConnectionStatus['state']> = Extract<ConnectionStatus, { state: S }>

/** `greeting` connects. The client `pbx` must have no reconnect: a step ends with the first loss. */
export function createSession(pbx: PbxClient, url: URL): Session {
  // replayed: statuses that come together wait for the step that asks for each
  const statuses = new ReplaySubject<ConnectionStatus>()
  const responses = new ReplaySubject<PbxResponse>()
  pbx.status$.subscribe(statuses)
  pbx.response$.subscribe(responses)
  const online$ = statuses.pipe(filter((status): status is Status<'online'> => status.state === 'online'))
  const failed$ = statuses.pipe(
    filter((status): status is Status<'failed'> => status.state === 'failed'),
    map(({ error }) => error),
  )
  /** The first of three: the wanted value, the error that ended the connection, or undefined when `signal` aborts. */
  const first = <T>(wanted$: Observable<T>, signal: AbortSignal): Promise<T | PbxError | undefined> =>
    signal.aborted
      ? Promise.resolve(undefined)
      : firstValueFrom(merge(wanted$, failed$).pipe(takeUntil(fromEvent(signal, 'abort'))), { defaultValue: undefined })

  return {
    async greeting(signal) {
      pbx.connect()
      const found = await first(responses.pipe(filter(({ nonce }) => nonce !== undefined)), signal)
      if (found === undefined)
        throw timeout(signal, [...causesOfMissingPort(url), ...causesAtGreeting('login-timeout')])
      if (found instanceof PbxError)
        throw failure(found, [...causesOfMissingPort(url), ...causesAtGreeting(lossOf(found)?.kind)])
      return `WebSocket open; code ${found.code} with a nonce`
    },
    async login(signal) {
      const found = await first(online$, signal)
      if (found === undefined) throw timeout(signal, causesAtLogin(undefined))
      if (found instanceof LoginRejectedError)
        throw new StepFailure(found.message, { causes: causesAtLogin(found.message), exit: EXIT.refused, cause: found })
      if (found instanceof PbxError) throw failure(found, causesAtLogin(undefined))
      return 'code 202'
    },
    async pbx(signal, wait) {
      const known$ = online$.pipe(filter(status => status.pbx !== 'unknown'))
      const found = await first(merge(known$, timer(wait).pipe(map(() => 'silence' as const))), signal)
      if (found === undefined) throw timeout(signal, [])
      if (found === 'silence')
        return `no refusal came in ${wait / 1_000} s; that is no proof, since the server reports failures only`
      if (found instanceof PbxError) throw failure(found, causesAtPbx('lost'))
      if (found.pbx === 'reachable') return 'an event came'
      if (found.pbx === 'retrying')
        throw new StepFailure('code 504: the server has lost the PBX and tries to find it again', {
          causes: causesAtPbx('retrying'),
        })
      throw new StepFailure('code 503: the server is unable to connect to the PBX', {
        causes: causesAtPbx('unreachable'),
      })
    },
  }
}

function failure(error: PbxError, causes: readonly string[]): StepFailure {
  // the client's message names the usual causes of any failure; here each step has its own
  const [message = ''] = (lossOf(error)?.message ?? error.message).split(/\.? Usual causes:/)
  return new StepFailure(message, { causes, cause: error })
}

function timeout(signal: AbortSignal, causes: readonly string[]): StepFailure {
  return new StepFailure('no answer in time', { causes, cause: signal.reason })
}

/** The loss that a `ConnectionFailedError` was caused by. */
function lossOf({ cause }: PbxError): ConnectionLoss | undefined {
  // the client's ConnectionLostError is not exported, and it alone has a `loss`
  return cause instanceof Error && 'loss' in cause ? (cause.loss as ConnectionLoss) : undefined
}
