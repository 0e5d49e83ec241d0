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
import { ofGreeting, ofLogin, ofReaching, withoutPort } from './causes.js'
import { StepFailure } from './step.js'

/** The WebSocket part, as a client goes it. Each gives a line for the user; all throw {@link StepFailure}. */
export interface Session {
  greeting(signal: AbortSignal): Promise<string>
  login(signal: AbortSignal): Promise<string>
  /** @param wait ms to listen for a complaint */
  pbx(signal: AbortSignal, wait: number): Promise<string>
}

type Status<S extends ConnectionStatus['state']> = Extract<ConnectionStatus, { state: S }>

/** Connects as soon as the greeting is asked for. `pbx` must not come back from a loss by itself. */
export function createSession(pbx: PbxClient, url: URL): Session {
  // what comes in one go waits for the step that asks about it
  const statuses = new ReplaySubject<ConnectionStatus>()
  const responses = new ReplaySubject<PbxResponse>()
  pbx.status$.subscribe(statuses)
  pbx.response$.subscribe(responses)
  const online$ = statuses.pipe(filter((status): status is Status<'online'> => status.state === 'online'))
  const failed$ = statuses.pipe(
    filter((status): status is Status<'failed'> => status.state === 'failed'),
    map(({ error }) => error),
  )
  /** What comes first: what is wanted, the end of the connection, or, as undefined, the end of our patience. */
  const first = <T>(wanted$: Observable<T>, signal: AbortSignal): Promise<T | PbxError | undefined> =>
    signal.aborted
      ? Promise.resolve(undefined)
      : firstValueFrom(merge(wanted$, failed$).pipe(takeUntil(fromEvent(signal, 'abort'))), { defaultValue: undefined })

  return {
    async greeting(signal) {
      pbx.connect()
      const found = await first(responses.pipe(filter(({ nonce }) => nonce !== undefined)), signal)
      if (found === undefined) throw tooLate(signal, [...withoutPort(url), ...ofGreeting('login-timeout')])
      if (found instanceof PbxError) throw failure(found, [...withoutPort(url), ...ofGreeting(lossOf(found)?.kind)])
      return `WebSocket open; code ${found.code} with a nonce`
    },
    async login(signal) {
      const found = await first(online$, signal)
      if (found === undefined) throw tooLate(signal, ofLogin(undefined))
      if (found instanceof LoginRejectedError)
        throw new StepFailure(found.message, { causes: ofLogin(found.message), exit: EXIT.refused, cause: found })
      if (found instanceof PbxError) throw failure(found, ofLogin(undefined))
      return 'code 202'
    },
    async pbx(signal, wait) {
      const known$ = online$.pipe(filter(status => status.pbx !== 'unknown'))
      const found = await first(merge(known$, timer(wait).pipe(map(() => 'silence' as const))), signal)
      if (found === undefined) throw tooLate(signal, [])
      if (found === 'silence')
        return `nothing was heard against it in ${wait / 1_000} s; that is no proof, since only failures are told`
      if (found instanceof PbxError) throw failure(found, ofReaching('lost'))
      if (found.pbx === 'reachable') return 'an event came'
      if (found.pbx === 'retrying')
        throw new StepFailure('code 504: the server has lost the PBX and tries to find it again', {
          causes: ofReaching('retrying'),
        })
      throw new StepFailure('code 503: the server is unable to connect to the PBX', {
        causes: ofReaching('unreachable'),
      })
    },
  }
}

function failure(error: PbxError, causes: readonly string[]): StepFailure {
  // the client names the usual causes of any failure; here they are told apart by the step
  const [message = ''] = (lossOf(error)?.message ?? error.message).split(/\.? Usual causes:/)
  return new StepFailure(message, { causes, cause: error })
}

function tooLate(signal: AbortSignal, causes: readonly string[]): StepFailure {
  return new StepFailure('no answer in time', { causes, cause: signal.reason })
}

/** What a `ConnectionFailedError` was caused by. */
function lossOf(error: PbxError): ConnectionLoss | undefined {
  return (error.cause as { readonly loss?: ConnectionLoss } | undefined)?.loss
}
