using Fairlead.Upstreams;

namespace Fairlead.Balancing;

/// <summary>
/// One backend a policy may choose: what every policy is built from. <paramref name="Tier"/> counts from 0, the tier used first; <paramref name="InFlightMax"/> is how many
/// requests it may have at once, 0 for any number.
/// </summary>
public readonly record struct Candidate(Slot Slot, BackendAddress Address, Weight Weight, int Tier = 0, int InFlightMax = 0);
