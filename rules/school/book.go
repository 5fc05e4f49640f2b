package school

import "time"

// AddressBook is what the last look into a platform's address book found,
// beside what the school knows. It names people by their ids.
type AddressBook struct {
	Account    string    // wecom/main
	At         time.Time // of the last whole look
	Staff      int       // members it lists
	Guardians  int       // guardians it lists
	Filled     []string  // people whose account was filled in; of the last looks, newest first
	Added      []string  // guardians who were added; of the last looks, newest first
	Doubts     []Doubt   // what somebody must decide
	Missing    []string  // people whose account the last whole look did not find
	Gone       []string  // … nor the one before
	Silent     []string  // people who are listed but whom nothing reaches: a guardian does not follow the school, a member is not active
	FollowCode string    // address of the picture to scan in order to follow; "" = none
}

// Doubt is one entry of an address book that could not be put with anybody for
// certain.
type Doubt struct {
	User   string // the platform's user id
	Name   string // as the address book has it; of a guardian the child's
	Person string // who it could be; "" = nobody
	Why    string // DoubtName …
}

// Why an entry is in doubt.
const (
	DoubtName    = "name"    // the name is that of somebody on the staff, and nothing else says so
	DoubtOther   = "other"   // this person is known under another account
	DoubtStaff   = "staff"   // a guardian's account is that of somebody on the staff
	DoubtChild   = "child"   // the child is not known, or more than one could be meant
	DoubtNumbers = "numbers" // several people have this mobile number
)
