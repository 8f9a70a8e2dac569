using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Proxy.Sessions;

/// <summary>
/// Lets the async methods of the request path suspend without allocating. The runtime's own pooling builder keeps one box a thread and core for each method, so with more
/// exchanges under way than cores it allocates most of the time; this one keeps as many as were ever needed at once, up to <see cref="Boxes{TMachine,TResult}.SharedMax"/>. A
/// method so marked must be awaited exactly once.
/// </summary>
internal struct PooledMethodBuilder<TResult>
{
    private Box<TResult>? _box;
    private Exception? _failure;
    private TResult _result;

    public readonly ValueTask<TResult> Task =>
        _box is { } box ? new ValueTask<TResult>(box, box.Version)
        : _failure is { } failure ? ValueTask.FromException<TResult>(failure)
        : new ValueTask<TResult>(_result);

    /// <summary>The same without the result.</summary>
    public readonly ValueTask Untyped =>
        _box is { } box ? new ValueTask(box, box.Version)
        : _failure is { } failure ? ValueTask.FromException(failure)
        : default;

    public static PooledMethodBuilder<TResult> Create() => default;

    public readonly void Start<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine => AsyncValueTaskMethodBuilder.Create().Start(ref machine);

    public readonly void SetStateMachine(IAsyncStateMachine machine)
    {
        // Suspend copies the machine into its box; there is no other copy to be told of.
    }

    public void SetResult(TResult result)
    {
        if (_box is { } box)
            box.Complete(result);
        else
            _result = result;
    }

    public void SetException(Exception exception)
    {
        if (_box is { } box)
            box.Fail(exception);
        else
            _failure = exception;
    }

    public void AwaitOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : INotifyCompletion
        where TMachine : IAsyncStateMachine => awaiter.OnCompleted(Suspend(ref machine).Resume);

    public void AwaitUnsafeOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : ICriticalNotifyCompletion
        where TMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(Suspend(ref machine).Resume);

    private Box<TResult> Suspend<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine
    {
        if (_box is null)
        {
            var box = Boxes<TMachine, TResult>.Rent();
            _box = box;                                              // before the copy: this builder is a field of the machine
            box.Machine = machine;
        }

        _box.Context = ExecutionContext.Capture();
        return _box;
    }
}

/// <summary><see cref="PooledMethodBuilder{TResult}"/> for methods without a result.</summary>
internal struct PooledMethodBuilder
{
    private PooledMethodBuilder<bool> _builder;

    public readonly ValueTask Task => _builder.Untyped;

    public static PooledMethodBuilder Create() => default;

    public readonly void Start<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine => _builder.Start(ref machine);

    public readonly void SetStateMachine(IAsyncStateMachine machine)
    {
        // As above.
    }

    public void SetResult() => _builder.SetResult(true);

    public void SetException(Exception exception) => _builder.SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : INotifyCompletion
        where TMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref machine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : ICriticalNotifyCompletion
        where TMachine : IAsyncStateMachine => _builder.AwaitUnsafeOnCompleted(ref awaiter, ref machine);
}
