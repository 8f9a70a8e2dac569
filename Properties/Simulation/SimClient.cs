using System;
using Fairlead.Http1;

namespace Fairlead.Properties.Simulation;

/// <summary>A request as the proxy gets it. <paramref name="User"/> is the key of hash policies. A body that was sent is gone; without one, only the method forbids a repetition.</summary>
internal sealed record SimRequest(long Number, MethodKind Method, bool HasBody, ulong User);

/// <summary>
/// A client: one request at a time, GET or POST, a pause, the next. Sometimes it leaves before the answer. A request refused because the proxy stops ends it.
/// </summary>
internal sealed class SimClient(int number, SimClock clock, SimChance chance, SimProxy proxy, Reference reference)
{
    private const double PostShare = 0.3;
    private const double BodyShare = 0.3;
    private const double LeaveShare = 0.02;
    private static readonly TimeSpan _pauseMin = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _pauseMax = TimeSpan.FromMilliseconds(150);

    private long _sent;

    public void Begin() => clock.After(chance.Between(TimeSpan.Zero, _pauseMax), Ask);

    private void Ask()
    {
        var request = new SimRequest(
            (_sent++ * 1000) + number, chance.Hits(PostShare) ? MethodKind.Post : MethodKind.Get, HasBody: chance.Hits(BodyShare), (ulong)chance.Below(50));
        var leaves = chance.Hits(LeaveShare) ? chance.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(30)) : TimeSpan.MaxValue;
        if (!proxy.IsListening)
            return;
        reference.Asked(request);
        proxy.Receive(request, reply =>
        {
            reference.Answered(request, reply);
            clock.After(chance.Between(_pauseMin, _pauseMax), Ask);
        });
        if (leaves < TimeSpan.MaxValue)
            clock.After(leaves, () => proxy.ClientLeft(request.Number));
    }
}
