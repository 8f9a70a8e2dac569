using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Fairlead.Proxy.Sessions;

/// <summary><see cref="StepBuilder{TResult}"/> for methods that others await too (a stream under TLS), and so return a ValueTask. Awaited exactly once all the same.</summary>
internal struct PooledMethodBuilder<TResult>
{
    private StepBuilder<TResult> _builder;

    public readonly ValueTask<TResult> Task => _builder.Box is { } box ? new ValueTask<TResult>(box, token: 0) : new ValueTask<TResult>(_builder.Result);

    /// <summary>The same without the result.</summary>
    public readonly ValueTask Untyped => _builder.Box is { } box ? new ValueTask(box, token: 0) : default;

    public static PooledMethodBuilder<TResult> Create() => default;

    public readonly void Start<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine => _builder.Start(ref machine);

    public readonly void SetStateMachine(IAsyncStateMachine machine) => _builder.SetStateMachine(machine);

    public void SetResult(TResult result) => _builder.SetResult(result);

    public void SetException(Exception exception) => _builder.SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : INotifyCompletion
        where TMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref machine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : ICriticalNotifyCompletion
        where TMachine : IAsyncStateMachine => _builder.AwaitUnsafeOnCompleted(ref awaiter, ref machine);
}

/// <summary><see cref="PooledMethodBuilder{TResult}"/> for methods without a result.</summary>
internal struct PooledMethodBuilder
{
    private PooledMethodBuilder<bool> _builder;

    public readonly ValueTask Task => _builder.Untyped;

    public static PooledMethodBuilder Create() => default;

    public readonly void Start<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine => _builder.Start(ref machine);

    public readonly void SetStateMachine(IAsyncStateMachine machine) => _builder.SetStateMachine(machine);

    public void SetResult() => _builder.SetResult(true);

    public void SetException(Exception exception) => _builder.SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : INotifyCompletion
        where TMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref machine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : ICriticalNotifyCompletion
        where TMachine : IAsyncStateMachine => _builder.AwaitUnsafeOnCompleted(ref awaiter, ref machine);
}
