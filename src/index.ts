export { reached, retryUnsent } from './actions/operators.js'
export { createPbxClient } from './client.js'
export {
  ActionRejectedError,
  CallEndedError,
  ClientClosedError,
  ConnectionFailedError,
  DeliveryUncertainError,
  InsecureUrlError,
  InvalidOptionsError,
  InvalidRequestError,
  LoginRejectedError,
  NotSentError,
  PbxError,
} from './errors.js'
export { forCall, ofType } from './operators.js'
export {
  callBegin,
  callCreateResponse,
  callEnd,
  callPickup,
  pbxEvent,
  pbxResponse,
  queueAdd,
  queueJoin,
  queueLeft,
  queuePause,
  queueRemove,
  queueUnpause,
} from './protocol/codecs.js'
export { decodeFrame } from './protocol/frame.js'
export { dialable, sameNumber } from './protocol/numbers.js'
export { trackCalls } from './state/calls.js'
export { trackQueues } from './state/queues.js'
export { toStore } from './state/store.js'

export type { CreateCall } from './actions/create-call.js'
export type { CallEnd } from './actions/hangup.js'
export type { OutboundCall } from './actions/outbound-call.js'
export type { Redirection } from './actions/redirect.js'
export type { CallTarget } from './actions/target.js'
export type { Anomaly } from './anomaly.js'
export type { PbxClient } from './client.js'
export type { Gap } from './connection/gap.js'
export type { ConnectionLoss } from './connection/loss.js'
export type { FrameStats } from './connection/reader.js'
export type { ConnectionStatus, PbxReach } from './connection/status.js'
export type { Logger } from './logger.js'
export type { ActionName } from './errors.js'
export type { ActionOptions, ActionPolicy, Credentials, KeepAlive, PbxOptions, ReconnectPolicy, WebSocketConstructor } from './options.js'
export type { CallEndStatus, Meta, PbxEvent, PbxEventName, PbxEventOf, UnknownEvent } from './protocol/events.js'
export type { Frame } from './protocol/frame.js'
export type { PbxResponse, ResponseMeaning } from './protocol/responses.js'
export type { Call, CallChange, CallSeed, CallTracker, Leg } from './state/call.js'
export type { TrackerOptions } from './state/options.js'
export type { Queue, QueueChange, QueueMember, QueueSeed, QueueTracker, WaitingCaller } from './state/queue.js'
export type { Store } from './state/store.js'
export type { TrackableClient } from './tap.js'
