using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Proxy.Transports;

namespace Fairlead.Proxy.Sessions;

/// <summary>
/// One connection to a backend. A receive is always pending on it while it waits for a response <i>or</i> idles in the pool ("armed"), so a connection that the backend
/// closes, or that speaks out of turn, is found out at once and without a system call at checkout; and bytes that came before a request are never taken for its answer.
/// </summary>
internal sealed class UpstreamConnection : StepSource<int>
{
    /// <summary>Room for a usual response head and the first of its body; longer ones make it grow.</summary>
    private const int ReceiveBytes = 16 * 1024;

    private enum State
    {
        /// <summary>Armed, owned by an exchange.</summary>
        Owned = 0,

        /// <summary>Armed, in the pool.</summary>
        Idle,

        /// <summary>The armed receive ended (or none is pending).</summary>
        Disarmed,

        /// <summary>Taken out of the pool to be closed.</summary>
        Closing,
    }

    private readonly Action _onReceived;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _pending;
    private int _state = (int)State.Disarmed;
    private bool _isArmed;
    private int _users = 1;

    public UpstreamConnection(Transport transport, UpstreamPool pool)
    {
        Transport = transport;
        Pool = pool;
        Buffer = new ReceiveBuffer();
        _onReceived = Resume;
    }

    public Transport Transport { get; }

    public UpstreamPool Pool { get; }

    public ReceiveBuffer Buffer { get; }

    /// <summary>True once a response came over it: a failure before the next one may only mean that the backend closed it while it idled.</summary>
    public bool WasUsed { get; private set; }

    /// <summary>When it went idle (<see cref="CoarseClock"/>).</summary>
    public long IdleSince { get; private set; }

    /// <summary>True while it waits in the pool.</summary>
    public bool IsIdle => Volatile.Read(ref _state) == (int)State.Idle;

    public void ArmOwned()
    {
        Volatile.Write(ref _state, (int)State.Owned);
        Arm();
    }

    /// <summary>Arms it for the pool; false when it turned out to be closed or to have surplus bytes (it is closed then).</summary>
    public bool TryArmIdle()
    {
        WasUsed = true;
        IdleSince = CoarseClock.Now;
        Buffer.GiveBack();                                           // hundreds may idle
        Volatile.Write(ref _state, (int)State.Idle);
        Arm();
        return Volatile.Read(ref _state) == (int)State.Idle;
    }

    /// <summary>Takes an idle one for an exchange; false when it has just gone bad.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, (int)State.Owned, (int)State.Idle) == (int)State.Idle;

    /// <summary>Closes an idle one; false when somebody else got it first.</summary>
    public bool TryCloseIdle()
    {
        if (Interlocked.CompareExchange(ref _state, (int)State.Closing, (int)State.Idle) != (int)State.Idle)
            return false;
        _ = EndInOrderAsync();                                       // ends the pending receive, which releases the rest
        return true;
    }

    /// <summary>The armed receive's result: bytes now in <see cref="Buffer"/>, 0 at the end, -1 when the connection broke.</summary>
    public Step<int> FirstReceiveAsync() => new(this);

    /// <summary>A further receive, when the armed one has ended.</summary>
    public Step<int> ReceiveAsync(int room)
    {
        Buffer.MakeRoom(room);
        return Received(Transport.ReceiveAsync(Buffer.Free));
    }

    /// <summary>Closes it whatever its state within an exchange. The buffer is released when no receive is pending any more, the rest when nobody holds it.</summary>
    public Step CloseAsync()
    {
        Transport.Abort();
        return ClosedAsync();
    }

    /// <summary>As <see cref="CloseAsync"/>, after an exchange of which everything was sent and received.</summary>
    public Step EndAsync()
    {
        _ = EndInOrderAsync();
        return ClosedAsync();
    }

    private async Step ClosedAsync()
    {
        if (_isArmed)
            await FirstReceiveAsync();
        Release();
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "The awaiter is kept in a field instead of a state machine, and used exactly once per arming.")]
    private void Arm()
    {
        _isArmed = true;
        _pending = Transport.ReceiveLateAsync(Buffer, ReceiveBytes).ConfigureAwait(false).GetAwaiter();
        if (_pending.IsCompleted)
            Resume();
        else
            _pending.UnsafeOnCompleted(_onReceived);
    }

    /// <summary>The armed receive has ended.</summary>
    public override void Resume()
    {
        var count = Received(ref _pending);
        if (count > 0)
            Buffer.Received(count);

        var before = (State)Interlocked.Exchange(ref _state, (int)State.Disarmed);
        if (before == State.Owned)
        {
            Complete(count);
            return;
        }

        // Idle: closed by the backend, or bytes nobody asked for. Either way it must not be used again.
        Pool.Remove(this);
        if (count == 0 && before == State.Idle)
            _ = EndInOrderAsync();
        else
            Transport.Abort();
        Release();
    }

    /// <summary>Keeps a closed connection's descriptor until <see cref="LetGo"/>: who sends beside the exchange must find it shut down, not find somebody else's connection under its number.</summary>
    public void Hold() => Interlocked.Increment(ref _users);

    /// <summary>Ends what <see cref="Hold"/> began.</summary>
    public void LetGo()
    {
        if (Interlocked.Decrement(ref _users) > 0)
            return;
        Transport.Dispose();
        Pool.Closed();
    }

    /// <summary>Nobody would catch what a transport throws here, on a thread that serves others: the connection is lost, no more.</summary>
    private static int Received(ref ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter pending)
    {
        try
        {
            return pending.GetResult();
        }
        catch (Exception)
        {
            return Transport.Broken;
        }
    }

    protected override void Taken() => _isArmed = false;

    /// <summary>As <see cref="Hold"/>, unless nobody holds it any more.</summary>
    private bool TryHold()
    {
        var users = Volatile.Read(ref _users);
        while (users > 0)
        {
            var before = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (before == users)
                return true;
            users = before;
        }

        return false;
    }

    private async Task EndInOrderAsync()
    {
        if (!TryHold())
            return;                                                  // it was closed by the backend, and is gone
        try
        {
            await Transport.CloseAsync().ConfigureAwait(false);
        }
        finally
        {
            LetGo();
        }
    }

    private void Release()
    {
        Buffer.Release();
        LetGo();
    }

    private async Step<int> Received(ValueTask<int> receive)
    {
        var count = await receive.ConfigureAwait(false);
        if (count > 0)
            Buffer.Received(count);
        return count;
    }
}
