// Package sqltest stores invitations, directions, states and reasons in a real database, SQLite, by database/sql. It is a
// module of its own, so that nobody who links avinvite gets a database.
package sqltest
