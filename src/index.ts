export { reached, retryUnsent } from './client/actions/operators.js'
export { createPbxClient } from './client/create-client.js'
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
} from './client/errors.js'
export { forCall, ofType } from './client/operators.js'
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
export { dialable, sameNumber } from './protocol/phone-number.js'
export { trackCalls } from './client/live/track-calls.js'
export { trackQueues } from './client/live/track-queues.js'
export { toStore } from './client/live/to-store.js'

export type { CreateCall } from './client/actions/create-call.js'
export type { CallEnd } from './client/actions/hangup.js'
export type { OutboundCall } from './client/actions/call-follower.js'
export type { Redirection } from './client/actions/redirect.js'
export type { CallTarget } from './client/actions/target.js'
export type { Anomaly } from './client/anomaly.js'
export type { PbxClient } from './client/pbx-client.js'
export type { Gap } from './client/connection/gap.js'
export type { ConnectionLoss } from './client/connection/connection-loss.js'
export type { FrameStats } from './client/connection/frame-reader.js'
export type { ConnectionStatus, PbxReach } from './client/connection/connection-state.js'
export type { Logger } from './client/logger.js'
export type { ActionName } from './client/errors.js'
export type {
  ActionOptions,
  ActionPolicy,
  Credentials,
  KeepAlive,
  PbxOptions,
  ReconnectPolicy,
  WebSocketConstructor,
} from './client/options.js'
export type { CallEndStatus, Meta, PbxEvent, PbxEventName, PbxEventOf, UnknownEvent } from './protocol/events.js'
export type { Frame } from './protocol/frame.js'
export type { PbxResponse, ResponseMeaning } from './protocol/responses.js'
export type {
  Call,
  CallChange,
  CallSeed,
  CallTracker,
  Leg,
  Queue,
  QueueChange,
  QueueMember,
  QueueSeed,
  QueueTracker,
  WaitingCaller,
} from './client/live/model.js'
export type { TrackerOptions } from './client/live/tracker-options.js'
export type { Store } from './client/live/to-store.js'
export type { TrackableClient } from './client/client-internals.js'
