using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks.Sources;

namespace Fairlead.Proxy.Sessions;

/// <summary>A suspended method whose result is awaited, by a method of ours (<see cref="Step{TResult}"/>) or of others (a <see cref="System.Threading.Tasks.ValueTask"/>).</summary>
internal abstract class Box<TResult> : StepSource<TResult>, IValueTaskSource<TResult>, IValueTaskSource
{
    private Action? _resume;
    private ContinuationOfOthers? _others;

    /// <summary>Runs the method on to its next suspension or its end; for awaiters that want a delegate.</summary>
    public Action ResumeAction => _resume ??= Resume;

    /// <summary>What flows through the method (activities, async locals of hooks).</summary>
    public ExecutionContext? Context { get; set; }

    public override void Resume()
    {
        var context = Context;
        if (context is null)
        {
            Advance();
        }
        else if (ReferenceEquals(context, ExecutionContext.Capture()))
        {
            Advance();
            if (!ReferenceEquals(context, ExecutionContext.Capture()))
                ExecutionContext.Restore(context);                   // what the method put into async locals is its own
        }
        else
        {
            ExecutionContext.Run(context, static box => ((Box<TResult>)box!).Advance(), this);
        }
    }

    public TResult GetResult(short token) => Take();

    void IValueTaskSource.GetResult(short token) => Take();

    public ValueTaskSourceStatus GetStatus(short token) =>
        !IsCompleted ? ValueTaskSourceStatus.Pending : HasFailed ? ValueTaskSourceStatus.Faulted : ValueTaskSourceStatus.Succeeded;

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        var others = _others ??= new ContinuationOfOthers();
        (others.Continue, others.State) = (continuation, state);
        Then(others);
    }

    /// <summary>Moves the method on.</summary>
    protected abstract void Advance();

    /// <summary>Forgets the method and goes back to its kind.</summary>
    protected abstract void Return();

    protected sealed override void Taken()
    {
        Context = null;
        Return();
    }

    private sealed class ContinuationOfOthers : Continuation
    {
        public Action<object?>? Continue { get; set; }

        public object? State { get; set; }

        public override void Resume()
        {
            var (go, state) = (Continue!, State);
            (Continue, State) = (null, null);
            go(state);
        }
    }
}

/// <summary>A method that threw before it was ever suspended.</summary>
internal sealed class FailedBox<TResult> : Box<TResult>
{
    protected override void Advance() => throw new System.Diagnostics.UnreachableException();

    protected override void Return()
    {
        // It is of no kind.
    }
}

/// <summary>The boxes of one async method, kept for reuse (<see cref="Spares{T}"/>).</summary>
internal sealed class Boxes<TMachine, TResult> : Box<TResult>
    where TMachine : IAsyncStateMachine
{
    /// <summary>Boxes at hand for a thread.</summary>
    private const int AtHandMax = 256;

    /// <summary>Boxes kept for all threads; more than this many exchanges at once leave the surplus to the garbage collector.</summary>
    public const int SharedMax = 4096;

    private static readonly Spares<Boxes<TMachine, TResult>> Spare = new(AtHandMax, SharedMax);

    [ThreadStatic]
    private static Spares<Boxes<TMachine, TResult>>.AtHand? _atHand;

    private TMachine _machine = default!;

    /// <summary>The suspended method; a copy of what the caller's stack held.</summary>
    public ref TMachine Machine => ref _machine;

    public static Boxes<TMachine, TResult> Rent() => Spare.TryTake(_atHand) ?? new Boxes<TMachine, TResult>();

    protected override void Advance() => _machine.MoveNext();

    protected override void Return()
    {
        _machine = default!;
        Spare.Give(this, ref _atHand);
    }
}
