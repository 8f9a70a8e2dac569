using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Fairlead.Proxy.Transports.Linux;

/// <summary>
/// Whether one direction of a socket is ready, and who waits for it. Edge-triggered: readiness is told once, so it is forgotten only <i>before</i> a system call that may find the
/// opposite. The owner of the direction takes and waits, the poller signals; at most one waits.
/// </summary>
internal sealed class Readiness(bool isReady) : IValueTaskSource<int>
{
    private const int NotReady = 0;
    private const int Ready = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<int> _source;
    private int _state = isReady ? Ready : NotReady;

    public bool IsReady => Volatile.Read(ref _state) == Ready;

    /// <summary>Forgets the readiness; what is signalled from now on counts.</summary>
    public void Forget() => Interlocked.Exchange(ref _state, NotReady);

    /// <summary>Ready; true when somebody waits, who is then the caller's to <see cref="Complete"/> or to send <see cref="BackToWait"/>.</summary>
    public bool Signal()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state == Ready)
                return false;
            var next = state == Waiting ? NotReady : Ready;
            if (Interlocked.CompareExchange(ref _state, next, state) == state)
                return state == Waiting;
        }
    }

    /// <summary>Ready, by the owner of the direction, which does not wait.</summary>
    public void Remember() => Interlocked.CompareExchange(ref _state, Ready, NotReady);

    /// <summary>Begins to wait, unless it has become ready.</summary>
    public bool TryWait(out ValueTask<int> result)
    {
        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, NotReady) == NotReady)
        {
            result = new ValueTask<int>(this, _source.Version);
            return true;
        }

        result = default;
        return false;
    }

    public void BackToWait() => Volatile.Write(ref _state, Waiting);

    /// <summary>Ends the wait, going on here with whoever waits.</summary>
    public void Complete(int result) => _source.SetResult(result);

    int IValueTaskSource<int>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
