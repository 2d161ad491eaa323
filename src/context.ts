export interface Context { requestId: string }
