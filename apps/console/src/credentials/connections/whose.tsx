import { Link } from 'react-router';

/** A connection in a list that is about something else: its user, at which API service. */
export const Whose = ({ id, user, apiService }: { id: string; user: string; apiService: string }) => (
  <span className="two-lines">
    <Link className="row-link break" to={`/connections/${id}`}>
      {user}
    </Link>
    <small>{apiService}</small>
  </span>
);
