using System;
using System.Threading;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Resilience;

namespace Fairlead.HttpClients;

/// <summary>
/// A place at a backend for one attempt, from the pick to the end of the response's body. It ends once, whoever says so first; a response that nobody reads or disposes gives its place
/// back when it is collected.
/// </summary>
internal sealed class Lease(FairleadBalancer balancer, HttpBackend backend, BackendState state, Instant since)
{
    private int _status;
    private bool _isTold;
    private int _isOver;

    ~Lease() => Leave();

    public HttpBackend Backend => backend;

    /// <summary>How long the attempt has been under way.</summary>
    public TimeSpan Age => balancer.Now - since;

    /// <summary>The head of the answer is here. A bad answer counts at once, a good one when its body came whole, or nobody wants more of it.</summary>
    public void Answered(int status)
    {
        _status = status;
        balancer.Observe(state, Age, isFailure: false);
        if (OutcomeTally.KindOf(status) != OutcomeKind.Success)
            Tell(Outcome.None);
    }

    /// <summary>There will be no answer.</summary>
    public void Failed(Outcome outcome)
    {
        if (OutcomeTally.KindOf(outcome, 0) != OutcomeKind.Nothing)
            balancer.Observe(state, Age, isFailure: true);
        End(outcome);
    }

    /// <summary>The attempt is over.</summary>
    public void End(Outcome outcome)
    {
        if (!Leave())
            return;
        GC.SuppressFinalize(this);
        if (!_isTold)
            Tell(outcome);
    }

    private void Tell(Outcome outcome)
    {
        _isTold = true;
        balancer.Observe(state, OutcomeTally.KindOf(outcome, _status));
    }

    private bool Leave()
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
            return false;
        balancer.Leave(state);
        return true;
    }
}
