namespace Fairlead.Proxy.Sessions;

/// <summary>
/// Counts steps that waited for nothing. Socket completions run on the threads that poll for them, so whoever never waits keeps such a thread from all its other connections;
/// after <paramref name="stepsMax"/> steps in a row it is their turn.
/// </summary>
internal struct Turn(int stepsMax)
{
    private int _steps;

    /// <summary>True when others get their turn after this step.</summary>
    public bool IsOver(bool waited)
    {
        _steps = waited ? 0 : _steps + 1;
        if (_steps < stepsMax)
            return false;
        _steps = 0;
        return true;
    }
}
