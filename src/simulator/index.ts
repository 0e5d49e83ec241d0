export { PbxError } from '../shared/base-error.js'
export { InvalidOptionsError } from '../shared/invalid-options-error.js'
export { InvalidRecordingError, ListenError, SimulatorClosedError } from './errors.js'
export { callCentre } from './exchange/call-centre.js'
export { recordDay } from './exchange/record-traffic.js'
export { createExchange } from './exchange/exchange.js'
export { faultSchedule } from './server/fault-schedule.js'
export { parseRecording } from './recordings/recording.js'
export { scenarios } from './scenarios/index.js'
export { startSimulator } from './simulator.js'

export type { AnswerMeaning } from './server/response-table.js'
export type { CloseFrame } from './server/close-frame.js'
export type { RestartOptions } from './server/server-lifecycle.js'
export type { Simulator } from './simulator-api.js'
export type { CallCentreOptions } from './exchange/call-centre.js'
export type { Traffic } from './exchange/traffic.js'
export type { CreateRequest } from './exchange/originate.js'
export type { DayOptions } from './exchange/record-traffic.js'
export type { EventFrame } from './exchange/event-encoder.js'
export type { Dial, Exchange, ExchangeCommands, ExchangeParts } from './exchange/exchange-api.js'
export type {
  Behaviour,
  ExchangePlan,
  Extension,
  Line,
  OutsideNumber,
  QueuePlan,
  Quirks,
} from './exchange/exchange-config.js'
export type { CallView, LegView, Party, QueueView } from './exchange/exchange-model.js'
export type { RunFaultsOptions } from './server/run-faults.js'
export type { FaultKind, FaultScheduleOptions, PlannedFault } from './server/fault-schedule.js'
export type { Faults, Span } from './server/faults.js'
export type { ClosedClient, DealtAction, SimulatedClient, WireFrame } from './logs/traffic-log.js'
export type { SimulatedUser, SimulatorOptions } from './options.js'
export type { PlayOptions } from './recordings/playback.js'
export type {
  RecordedBytes,
  RecordedClose,
  RecordedFrame,
  RecordedLine,
  RecordedLogin,
  RecordedText,
  Recording,
} from './recordings/recording.js'
export type { RefusalMode } from './server/login-failure.js'
export type { Ordeal } from './scenarios/session-scenarios.js'
export type { Scene } from './scenarios/scene.js'
export type { ScenarioName } from './scenarios/index.js'
export type { Refused } from './server/telephony.js'
