/** What a door answers when it can't do what was asked: RFC 9457, with our code and hint. */
export interface ProblemDocument {
  title: string;
  status: number;
  detail: string;
  code: string;
  hint?: string | null;
  requestId?: string | null;
  errors?: { pointer: string; message: string }[];
  [member: string]: unknown;
}

export class ApiProblem extends Error {
  constructor(readonly problem: ProblemDocument) {
    super(problem.detail);
  }
}

const UNREACHABLE: ProblemDocument = {
  title: 'Lockkeeper does not answer',
  status: 0,
  detail: 'The request did not reach the server, or its answer did not reach this page.',
  code: 'unreachable',
  hint: 'Check the connection, and whether the server runs; this page tries again by itself.',
};

export function problemOf(error: unknown): ProblemDocument {
  return error instanceof ApiProblem ? error.problem : UNREACHABLE;
}

/** What an action was refused for, of one member of its input, by its JSON pointer. */
export const faultOf = (error: unknown, pointer: string): string | undefined =>
  problemOf(error).errors?.find((fault) => fault.pointer === pointer)?.message;

interface Settled<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's data. @throws ApiProblem */
export async function told<T>(asked: Promise<Settled<T>>): Promise<T> {
  const { data, error, response } = await asked.catch((): never => {
    throw new ApiProblem(UNREACHABLE);
  });
  if (response.ok) return data as T;
  throw new ApiProblem(isProblem(error) ? error : { ...UNREACHABLE, status: response.status });
}

const isProblem = (value: unknown): value is ProblemDocument =>
  typeof value === 'object' && value !== null && typeof (value as ProblemDocument).code === 'string';
