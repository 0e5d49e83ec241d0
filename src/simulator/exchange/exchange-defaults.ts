import { checkPlan } from './exchange-checks.js'
import type {
  Behaviour,
  ExchangePlan,
  Extension,
  OutsideNumber,
  QueuePlan,
  Quirks,
  ResolvedPlan,
  ResolvedQueue,
} from './exchange-config.js'

const QUIRKS: Quirks = {
  callerEndsFirst: 0.35,
  lateLegEnd: 0,
  ringingLegEndsLast: 0,
  leftAfterPickup: 0,
  queuePickup: 0,
  offeredTwice: 0,
  offeredWhileTalking: 0,
  legEndsEarly: 0,
  beginBeforeResponse: 0,
  endWithoutBegin: 0,
}

const RINGS: Behaviour = { kind: 'never' }

function resolveExtension({ number, name, behaviour = RINGS, forward }: Extension): ResolvedPlan['extensions'][number] {
  return { number, name, behaviour, ...(forward !== undefined && { forward }) }
}

function resolveOutside({ number, name = number, behaviour = RINGS }: OutsideNumber): Required<OutsideNumber> {
  return { number, name, behaviour }
}

function resolveQueue({
  queue,
  members,
  paused = [],
  strategy = 'in-turn',
  ringTime = 15_000,
  retry = 1_000,
  timeout = Number.POSITIVE_INFINITY,
  overflow,
}: QueuePlan): ResolvedQueue {
  return { queue, members, paused, strategy, ringTime, retry, timeout, ...(overflow !== undefined && { overflow }) }
}

/** Fills in the defaults of a plan. Throws `InvalidOptionsError` for a plan that contradicts itself. */
export function resolvePlan({
  extensions = [],
  outside = [],
  lines = [],
  queues = [],
  dialect = 'asterisk',
  ringTime = 30_000,
  hop = 2_000,
  createdIds = 2,
  givenUp = 'cancel',
  redirectsShow = 'company',
  callerIds = lines.map(({ number }) => number),
  quirks,
}: ExchangePlan): ResolvedPlan {
  const plan: ResolvedPlan = {
    extensions: extensions.map(resolveExtension),
    outside: outside.map(resolveOutside),
    lines,
    queues: queues.map(resolveQueue),
    dialect,
    ringTime,
    hop,
    createdIds: dialect === 'document' ? 1 : createdIds,
    givenUp,
    redirectsShow,
    callerIds,
    quirks: { ...QUIRKS, ...quirks },
  }
  checkPlan(plan, Object.keys(QUIRKS))
  return plan
}
