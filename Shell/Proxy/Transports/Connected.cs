using Fairlead.Resilience;

namespace Fairlead.Proxy.Transports;

/// <summary>What came of connecting to a backend: a transport, or how it failed (for decisions) and why (for people).</summary>
internal readonly record struct Connected(Transport? Transport, Outcome Outcome, string Reason)
{
    public Connected(Transport transport)
        : this(transport, Outcome.None, "")
    {
    }

    public Connected(Outcome outcome, string reason)
        : this(null, outcome, reason)
    {
    }
}
