export { endpointText } from './documents.js';
export {
  type EnrolmentRequest,
  isReply,
  type Joiner,
  parseReply,
  readEnrolment,
  readWelcome,
  writeEnrolment,
  writeReply,
} from './enrolment.js';
export { type Invite, type Party, parseInvite } from './invite.js';
export { Invites, type VerifiedEnrolment } from './invites.js';
export { sameWords } from './words.js';
