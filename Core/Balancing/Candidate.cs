using Fairlead.Upstreams;

namespace Fairlead.Balancing;

/// <summary>One backend a policy may choose: what every policy is built from.</summary>
public readonly record struct Candidate(Slot Slot, BackendAddress Address, Weight Weight);
